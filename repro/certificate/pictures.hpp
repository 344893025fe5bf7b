// Pictures of a certificate: the book's curves over the band of our seeds, and each single printed
// number on the distribution of ours.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reprise/record/plot.hpp"
#include "repro/certificate/certificate.hpp"

namespace reprise::book {

// The pictures of a row, "imdb_1_notebook_keras-2.0.8_val_loss" and the like.
std::vector<Figure> pictures_of(const LogVerdict& row);

// The names of all pictures, without ending.
std::vector<std::string> picture_names(const Certificate& certificate);

// Throws Error as write_svg does.
void write_pictures(const Certificate& certificate, const std::filesystem::path& folder);

}  // namespace reprise::book
