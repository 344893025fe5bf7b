#include "cli/data_flags.hpp"

#include <fmt/format.h>

#include "cli/flag_types.hpp"
#include "reprise/core/error.hpp"

namespace reprise::cli {

CLI::Option* add_data_dir(CLI::App& app, std::optional<std::filesystem::path>& data_dir) {
  return add_value(app, "--data-dir", data_dir, "DIR",
                   "directory of the data files (default: $KERAS_HOME/datasets, then "
                   "~/.keras/datasets)");
}

void add_data_flags(CLI::App& app, CacheOptions& data) {
  add_data_dir(app, data.data_dir);
  data.download = true;
  app.add_flag_callback(
      "--offline", [&data] { data.download = false; },
      "never download data files; a missing file is an error (exit code 3)");
  app.add_flag("--unverified-data", data.unverified,
               "accept data files with a wrong checksum; the output says so");
  app.add_flag("--standin", data.standin,
               "use generated data instead of the real data sets; results then differ from "
               "the book, and the output says so");
}

void require_compatible_data_flags(const CacheOptions& data) {
  if (data.standin && (data.data_dir || data.unverified)) {
    throw Error(fmt::format("--standin and {} cannot be combined",
                            data.data_dir ? "--data-dir" : "--unverified-data"));
  }
}

}  // namespace reprise::cli
