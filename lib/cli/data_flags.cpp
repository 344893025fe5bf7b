#include "cli/data_flags.hpp"

#include <fmt/format.h>

#include "reprise/core/error.hpp"

namespace reprise::cli {

CLI::Option* add_data_dir(CLI::App& app, std::optional<std::filesystem::path>& data_dir) {
  return app
      .add_option("--data-dir", data_dir,
                  "folder of the data files (default: $KERAS_HOME/datasets, ~/.keras/datasets)")
      ->type_name("DIR");
}

void add_data_flags(CLI::App& app, CacheOptions& data) {
  add_data_dir(app, data.data_dir);
  data.download = true;
  app.add_flag_callback(
      "--offline", [&data] { data.download = false; },
      "download nothing: data that are not there are missing");
  app.add_flag("--unverified-data", data.unverified,
               "take a data file of another checksum, and say so everywhere");
  app.add_flag("--standin", data.standin,
               "generated data in place of the real ones: nothing of the book, and says so");
}

void require_compatible_data_flags(const CacheOptions& data) {
  if (data.standin && (data.data_dir || data.unverified)) {
    throw Error(fmt::format("--standin: found {} beside it, expected one of the two",
                            data.data_dir ? "--data-dir" : "--unverified-data"));
  }
}

}  // namespace reprise::cli
