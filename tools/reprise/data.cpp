// reprise data: lists, fetches, verifies and converts the data files.
#include "tools/reprise/commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/data_flags.hpp"
#include "cli/flag_types.hpp"
#include "cli/output_files.hpp"
#include "reprise/core/error.hpp"
#include "reprise/data/cache.hpp"
#include "reprise/data/convert.hpp"
#include "reprise/record/download_bar.hpp"

namespace reprise::tool {

namespace {

namespace fs = std::filesystem;

struct Flags {
  std::vector<std::string> names;
  CacheOptions cache;
  bool quiet = false;
  std::string input, format, output;
};

// Returns the files that the user named, each once and in the order of the table, or all files.
std::vector<DataFile> chosen(const Flags& flags) {
  if (flags.names.empty()) return known_data_files();
  std::vector<std::string> wanted;
  for (const std::string& name : flags.names) {
    for (const DataFile& file : data_files_of(name)) wanted.push_back(file.name);
  }
  std::vector<DataFile> files;
  for (const DataFile& file : known_data_files()) {
    if (std::ranges::count(wanted, file.name) > 0) files.push_back(file);
  }
  return files;
}

enum class State { verified, wrong, missing };

struct FileState {
  State state;
  std::string line;  // its path, or an error message
};

FileState state_of(const KerasCache& cache, const std::string& name) {
  try {
    return {State::verified, one_line(cache.find(name).path.string())};
  } catch (const Error& error) {
    const bool missing = error.exit_code() == ExitCode::missing;
    return {missing ? State::missing : State::wrong, error.what()};
  }
}

void list(const Flags& flags) {
  const KerasCache cache(flags.cache);
  constexpr const char* kRow = "{:<24} {:>10}  {:<8}  {}\n";
  std::cout << fmt::format(kRow, "file", "bytes", "state", "path");
  for (const DataFile& file : known_data_files()) {
    const FileState found = state_of(cache, file.name);
    const char* states[] = {"verified", "WRONG", "missing"};
    const auto path = cache.locate(file.name);
    std::cout << fmt::format(kRow, file.name, file.bytes, states[static_cast<int>(found.state)],
                             path ? one_line(path->string()) : "-");
  }
}

void verify(const Flags& flags) {
  const KerasCache cache(flags.cache);
  std::string wrong, missing;
  for (const DataFile& file : chosen(flags)) {
    const FileState found = state_of(cache, file.name);
    if (found.state == State::verified) {
      if (!flags.quiet) std::cout << fmt::format("{}: verified\n", found.line);
      continue;
    }
    std::string& first = found.state == State::wrong ? wrong : missing;
    if (first.empty()) {
      first = found.line;
    } else if (!flags.quiet) {
      std::cout << found.line << '\n';
    }
  }
  if (!wrong.empty() && !missing.empty() && !flags.quiet) std::cout << missing << '\n';
  if (!wrong.empty()) throw Error(wrong, ExitCode::no);
  if (!missing.empty()) throw Error(missing, ExitCode::missing);
}

void fetch(const Flags& flags) {
  DownloadBar bar(std::cout, isatty(STDOUT_FILENO) == 1);
  CacheOptions options = flags.cache;
  options.download = true;
  if (!flags.quiet) options.observer = [&](const DownloadStatus& status) { bar.show(status); };
  const KerasCache cache(options);
  for (const DataFile& file : chosen(flags)) {
    const auto before = cache.locate(file.name);
    DataSource source;
    try {
      source = cache.find(file.name);
    } catch (const Error& error) {
      if (!before || error.exit_code() != ExitCode::usage) throw;
      throw Error(
          fmt::format("{} (remove it to download it again, or accept it with --unverified-data)",
                      error.what()));
    }
    if (source.origin == Origin::unverified) {
      std::cerr << "reprise: " << source.note << '\n';
    } else if (!flags.quiet) {
      std::cout << fmt::format("{}: verified, {}\n", one_line(source.path.string()),
                               before ? "already there" : "downloaded");
    }
  }
}

void convert(const Flags& flags) {
  cli::require_own_files({{"OUT", flags.output}}, {flags.input});
  if (flags.format == "idx") {
    npz_to_idx(flags.input, flags.output);
  } else if (fs::is_directory(flags.input)) {
    idx_to_npz(flags.input, flags.output);
  } else {
    lists_to_plain_npz(flags.input, flags.output);
  }
  if (!flags.quiet) std::cout << one_line(flags.output) << ": written\n";
}

void add_quiet(CLI::App& command, Flags& flags) {
  command.add_flag("--quiet", flags.quiet, "print only errors")->group("What is shown and kept");
}

// The flags that list, verify and fetch share.
void add_data_dir(CLI::App& command, Flags& flags) {
  cli::add_data_dir(command, flags.cache.data_dir)->group("What changes the result");
}

void add_names(CLI::App& command, Flags& flags) {
  cli::add_value(command, "NAME", flags.names, "",
                 "data files (imdb.npz) or data sets (imdb, reuters, boston_housing, "
                 "california_housing, mnist) (default: all)")
      ->group("What changes the result");
}

}  // namespace

CLI::App* add_data(CLI::App& app) {
  CLI::App* data = app.add_subcommand("data", "list, fetch, verify or convert the data files");
  data->require_subcommand(0, 1);
  data->callback([data] {
    if (data->get_subcommands().empty()) {
      throw Error("data: found no command, expected one of: list, fetch, verify, convert");
    }
  });
  const auto flags = std::make_shared<Flags>();

  data->footer(
      "\nExamples:\n  reprise data list\n  reprise data fetch imdb\n  reprise data verify\n");
  CLI::App* listing = data->add_subcommand("list", "show which data files exist, and where");
  add_data_dir(*listing, *flags);
  listing->callback([flags] { list(*flags); });

  CLI::App* fetching =
      data->add_subcommand("fetch", "download the missing data files and verify the others");
  add_names(*fetching, *flags);
  add_data_dir(*fetching, *flags);
  cli::add_value(*fetching, "--base-url", flags->cache.base_url, "URL",
                 "http or https address to download from (default: $REPRISE_DATA_URL, or Keras's "
                 "own address)")
      ->group("What changes the result");
  fetching
      ->add_flag("--unverified-data", flags->cache.unverified,
                 "accept files whose checksum differs from Keras's, with a warning")
      ->group("What changes the result");
  add_quiet(*fetching, *flags);
  fetching->callback([flags] { fetch(*flags); });
  fetching->footer(
      "\nAn interrupted download stays as NAME.part and is resumed the next time.\n"
      "\nExamples:\n  reprise data fetch\n  reprise data fetch imdb --data-dir data\n");

  CLI::App* verifying = data->add_subcommand(
      "verify",
      "verify the checksums of the data files (exit code 1: one is wrong, 3: one is "
      "missing)");
  add_names(*verifying, *flags);
  add_data_dir(*verifying, *flags);
  add_quiet(*verifying, *flags);
  verifying->callback([flags] { verify(*flags); });

  CLI::App* converting = data->add_subcommand("convert", "write a data set in another format");
  cli::add_value(*converting, "FILE", flags->input, "",
                 "a .npz file, or the directory with MNIST's idx files")
      ->required();
  cli::add_value(*converting, "OUT", flags->output, "",
                 "the file to write; with --to idx, the directory")
      ->required();
  cli::add_value(*converting, "--to", flags->format, "FORMAT",
                 "npz: write MNIST's idx files as mnist.npz, or a text data set without pickles\n"
                 "(X_values int32, X_offsets int64); idx: write mnist.npz as idx files")
      ->check(cli::one_of({"npz", "idx"}))
      ->required()
      ->group("What changes the result");
  add_quiet(*converting, *flags);
  converting->callback([flags] { convert(*flags); });
  converting->footer(
      "\nThe checksum of the output differs from Keras's, so programs need --unverified-data to "
      "read "
      "it.\n"
      "\nExamples:\n  reprise data convert imdb.npz --to npz imdb_plain.npz\n"
      "  reprise data convert mnist.npz --to idx mnist\n");
  return data;
}

}  // namespace reprise::tool
