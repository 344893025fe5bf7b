// The pictures of a certificate: each curve of the book over the band of our runs, and each single
// printed number in the distribution of our runs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "reprise/record/plot.hpp"
#include "repro/certificate/certificate.hpp"

namespace reprise::book {

// Returns the pictures of a log, with names like "imdb_1_notebook_keras-2.0.8_val_loss". Histograms
// need the values of our runs, which a log of an earlier certificate lacks.
std::vector<Figure> pictures_of(const LogVerdict& log);

// Returns the names of all pictures, without file extension. The values of our runs, which a
// certificate read from a file lacks, are not needed.
std::vector<std::string> picture_names(const Certificate& certificate);

// Writes all pictures. Throws Error like write_svg.
void write_pictures(const Certificate& certificate, const std::filesystem::path& folder);

}  // namespace reprise::book
