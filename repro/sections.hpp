// One function a section, defined in the file of its name.
#pragma once

#include "catalogue.hpp"

namespace reprise::book {

Section imdb_section();

}  // namespace reprise::book
