// One function for each section, defined in the file of the same name.
#pragma once

#include "repro/catalogue.hpp"

namespace reprise::book {

Section mnist_section();
Section clouds_section();
Section imdb_section();
Section reuters_section();
Section boston_section();
Section california_section();
Section overfitting_section();
Section generalization_section();

}  // namespace reprise::book
