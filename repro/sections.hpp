// One function a section, defined in the file of its name.
#pragma once

#include "repro/catalogue.hpp"

namespace reprise::book {

Section mnist_section();
Section imdb_section();
Section reuters_section();
Section boston_section();
Section overfitting_section();

}  // namespace reprise::book
