#include "shelf.hpp"

#include <fmt/format.h>

#include "origin.hpp"

namespace reprise::book {

DataSource DataFiles::find(const std::string& name) {
  const DataSource source = cache_.find(name);
  record_ = {name, source.sha256, source.origin == Origin::standin,
             source.origin == Origin::official,
             source.origin == Origin::standin ? kStandinNote : ""};
  if (source.origin == Origin::unverified) {
    note_ = fmt::format("{}{} is not the file that Keras accepts (sha256 {})", mark_of(record_),
                        source.path.string(), source.sha256);
  }
  return source;
}

}  // namespace reprise::book
