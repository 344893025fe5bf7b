// The flags that say which data are taken, of all programs that read data.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>

#include "reprise/data/cache.hpp"

namespace reprise::cli {

CLI::Option* add_data_dir(CLI::App& app, std::optional<std::filesystem::path>& data_dir);

// --data-dir, --offline, --unverified-data and --standin. Missing data are fetched unless offline.
void add_data_flags(CLI::App& app, CacheOptions& data);

// Throws Error (exit code 2) where --standin comes with a flag of real data.
void require_compatible_data_flags(const CacheOptions& data);

}  // namespace reprise::cli
