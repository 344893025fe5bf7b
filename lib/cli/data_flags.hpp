// The flags of all programs that read data sets.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>

#include "reprise/data/cache.hpp"

namespace reprise::cli {

// --data-dir alone.
CLI::Option* add_data_dir(CLI::App& app, std::optional<std::filesystem::path>& data_dir);

// --data-dir, --offline, --unverified-data and --standin. Missing files are downloaded unless
// --offline is given.
void add_data_flags(CLI::App& app, CacheOptions& data);

// Throws Error (exit code 2) if --standin is combined with a flag for real data.
void require_compatible_data_flags(const CacheOptions& data);

}  // namespace reprise::cli
