#include "bench/harness/kept_peaks.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>

#include "reprise/core/atomic_file.hpp"
#include "reprise/core/cpus.hpp"
#include "reprise/data/json.hpp"
#include "reprise/kernels/isa.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::bench {

namespace {

using nlohmann::json;

std::optional<std::filesystem::path> folder_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr || *text != '/') return {};
  return text;
}

bool is_table(const json& kept, const char* name) {
  return !kept.contains(name) || kept.at(name).is_object();
}

// {"machine": KEY, "peaks": {"2": [gflops, gbytes, triad_place]}, "microkernels": {"avx2, 16
// columns": [gather, scatter, step, gflops]}}; nothing but the machine if the file has another form
// or is another machine's.
json read_peaks(const std::filesystem::path& file, const std::string& machine) {
  try {
    if (std::filesystem::exists(file)) {
      json kept = read_json(file);
      if (kept.at("machine") == machine && is_table(kept, "peaks") &&
          is_table(kept, "microkernels")) {
        return kept;
      }
    }
  } catch (const std::exception&) {  // measured again
  }
  return {{"machine", machine}};
}

// A file that cannot be written is no error: the next process measures again.
void write_kept(const std::filesystem::path& file, const json& kept) {
  try {
    std::filesystem::create_directories(file.parent_path());
    write_file(file, [&](std::ostream& out) { out << json_text(kept) << '\n'; });
  } catch (const std::exception&) {
  }
}

bool usable(double rate) { return std::isfinite(rate) && rate > 0; }

std::optional<Peaks> peaks_in(const json& kept, int threads) {
  try {
    const json& rates = kept.at("peaks").at(std::to_string(threads));
    const Peaks peaks{.gflops = rates.at(0), .gbytes = rates.at(1), .triad_place = rates.at(2)};
    if (usable(peaks.gflops) && usable(peaks.gbytes)) return peaks;
  } catch (const json::exception&) {
  }
  return {};
}

// A network without a sparse layer has 0 columns, and no rates for them.
std::optional<LimitRates> limit_rates_in(const json& kept, const std::string& key,
                                         std::size_t columns) {
  try {
    const json& all = kept.at("microkernels").at(key);
    const LimitRates rates{
        .gather = all.at(0), .scatter = all.at(1), .step = all.at(2), .gflops = all.at(3)};
    const bool sparse = usable(rates.gather) && usable(rates.scatter);
    if ((columns == 0 || sparse) && usable(rates.step) && usable(rates.gflops)) return rates;
  } catch (const json::exception&) {
  }
  return {};
}

}  // namespace

std::filesystem::path peaks_file() {
  if (const auto cache = folder_in("XDG_CACHE_HOME")) return *cache / "reprise" / "peaks.json";
  if (const auto home = folder_in("HOME")) return *home / ".cache" / "reprise" / "peaks.json";
  return {};
}

std::string machine_key() {
  return fmt::format("{}, {} CPUs, {}, {}", machine_id(), available_cpus(), find_isa("").name,
                     version_line());
}

Peaks kept_peaks(const std::filesystem::path& file, const std::string& machine, int threads,
                 const std::function<Peaks()>& measure) {
  if (file.empty()) return measure();
  json kept = read_peaks(file, machine);
  if (const auto peaks = peaks_in(kept, threads)) return *peaks;
  const Peaks measured = measure();
  kept["peaks"][std::to_string(threads)] = {measured.gflops, measured.gbytes, measured.triad_place};
  write_kept(file, kept);
  return measured;
}

LimitRates kept_limit_rates(const std::filesystem::path& file, const std::string& machine,
                            const std::string& isa, std::size_t columns,
                            const std::function<LimitRates()>& measure) {
  if (file.empty()) return measure();
  json kept = read_peaks(file, machine);
  const std::string key = fmt::format("{}, {} columns", isa, columns);
  if (const auto rates = limit_rates_in(kept, key, columns)) return *rates;
  const LimitRates measured = measure();
  if (!usable(measured.step)) return measured;
  kept["microkernels"][key] = {measured.gather, measured.scatter, measured.step, measured.gflops};
  write_kept(file, kept);
  return measured;
}

}  // namespace reprise::bench
