// One function for each section, defined in the file of the same name.
#pragma once

#include "repro/catalogue.hpp"

namespace reprise::book {

Section mnist_section();
Section imdb_section();
Section reuters_section();
Section boston_section();
Section overfitting_section();

}  // namespace reprise::book
