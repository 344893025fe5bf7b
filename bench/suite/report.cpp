#include "bench/suite/report.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/compare/benchmark_name.hpp"
#include "bench/compare/report.hpp"
#include "bench/suite/advice.hpp"
#include "bench/suite/answers.hpp"
#include "bench/suite/growth.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::suite {

using compare::Measurements;
using nlohmann::json;

namespace {

constexpr const char* kSchema = "reprise/bench/2";

// The first line of every report if stand-in data replaced the book's, else "".
std::string standin_line(const SuiteResult& result) {
  for (const PartResult& part : result.parts) {
    for (const std::string& benchmark : part.comparison.measurements.benchmarks) {
      if (benchmark.find("/data:stand-in/") != std::string::npos) {
        return "STAND-IN: measured on generated data, not on the book's";
      }
    }
  }
  return "";
}

// The margin of equivalence, the same in all parts.
double margin_of(const SuiteResult& result) {
  return result.parts.empty() ? 0.05 : result.parts.front().comparison.judging.margin;
}

// The limit of the benchmark (harness/limit.hpp) in percent of the contender's median time, or 0 if
// the program did not know it. Its counter belongs to the first round's time.
double percent_of_limit(const PartResult& part, std::size_t contender, std::size_t benchmark) {
  const Measurements& m = part.comparison.measurements;
  const auto& counters = m.details[contender][benchmark].counters;
  const auto found = counters.find("%limit");
  const double time = m.shown_time(contender, benchmark, part.comparison.judging.clock);
  if (found == counters.end() || std::isnan(time)) return 0;
  return found->second * m.rounds.front().timings[contender][benchmark].real_ns / time;
}

bool has_limits(const PartResult& part) {
  const Measurements& m = part.comparison.measurements;
  for (std::size_t c = 0; c < m.control(); ++c) {
    for (const std::size_t b : benchmarks_of(m)) {
      if (percent_of_limit(part, c, b) > 0) return true;
    }
  }
  return false;
}

void print_guide(std::ostream& out, const SuiteResult& result) {
  out << fmt::format(
      "## How to read this page\n\n"
      "Each section below is one comparison. Its configurations A, B, ... differ in the backend, "
      "the number of threads or the wait policy of idle threads (OMP_WAIT_POLICY). They ran the "
      "same benchmarks in alternation, in fresh processes, and their times are compared round by "
      "round.\n\n"
      "- `openmp, 2 threads` at the beginning of an answer is the configuration with the shortest "
      "median time.\n"
      "- `tied with X`: the times of X and the fastest differ by at most {0:.0f} %.\n"
      "- `undecided against X`: the measurement is too noisy to tell whether X is slower.\n"
      "- `slower: X (1.57 [1.38, 1.94])`: X takes 1.57 times as long; the brackets hold the "
      "confidence interval of the ratio.\n"
      "- `excluded for lack of a kernel of their own`: these backends run another backend's "
      "kernel here, so they cannot win.\n"
      "- `2 threads instead of 1: faster, 0.67 [0.64, 0.73] of the time`: the effect of changing "
      "only the number of threads.\n"
      "- The first table of a section holds the answers, the second one the median times of all "
      "configurations. The names of the benchmarks also tell the type of the numbers, the data "
      "and the state of the caches.\n"
      "{1}"
      "- The A/A control compares A with itself. Its ratio should be close to 1, and no benchmark "
      "should be called different.\n\n"
      "docs/comparison.md of Reprise explains the measurement and the "
      "statistics.\n",
      100 * margin_of(result),
      std::ranges::any_of(result.parts, has_limits)
          ? "- `percent of limit`: a time below which an epoch can hardly be brought on this "
            "machine, in percent of its median time.\n"
          : "");
}

void print_limits(std::ostream& out, const PartResult& part, std::size_t benchmark) {
  for (std::size_t c = 0; c < part.comparison.measurements.control(); ++c) {
    const double percent = percent_of_limit(part, c, benchmark);
    out << (percent > 0 ? fmt::format(" {:.0f} % |", percent) : " - |");
  }
}

// The part `growth`: its picture, where the time per element rises, and the times per element.
void print_growth(std::ostream& out, const PartResult& part) {
  out << "\n![Time per element by size](growth.svg)\n\n";
  for (const std::string& line : growth_lines(part)) out << "- " << line << '\n';
  out << "\n| | size | | time | per element, ns | beside the next smaller size |\n"
         "|---|---:|---|---:|---:|---:|\n";
  for (const GrowthPoint& point : growth_points(part)) {
    out << fmt::format("| {} | {} | {} | {} | {:.3g} | {} |\n", point.growth, point.size,
                       point.contender, compare::time_text(point.ns), point.per_element_ns,
                       point.rise > 0 ? fmt::format("{:.2f}", point.rise) : "");
  }
}

void print_times(std::ostream& out, const PartResult& part) {
  const Measurements& m = part.comparison.measurements;
  const bool limits = has_limits(part);
  out << "\n| benchmark |";
  for (std::size_t c = 0; c < m.control(); ++c) out << fmt::format(" {} |", m.contenders[c].name);
  for (std::size_t c = 0; limits && c < m.control(); ++c) {
    out << fmt::format(" percent of limit: {} |", m.contenders[c].name);
  }
  out << "\n|---|";
  for (std::size_t c = 0; c < m.control() * (limits ? 2 : 1); ++c) out << "---:|";
  const auto names = compare::readable_names(m.benchmarks);
  for (std::size_t b = 0; b < m.benchmarks.size(); ++b) {
    out << fmt::format("\n| {} |", names[b]);
    for (std::size_t c = 0; c < m.control(); ++c) {
      const double time = m.shown_time(c, b, part.comparison.judging.clock);
      out << fmt::format(" {} |", compare::time_text(time));
    }
    if (limits) print_limits(out, part, b);
  }
  out << '\n';
}

// The judged pairs, and the smallest effects that their rounds could have detected.
json pairs_json(const PartResult& part) {
  const Measurements& m = part.comparison.measurements;
  const compare::Pairs pairs = pairs_of(part);
  json out = compare::to_json(pairs.detectable);
  out["verdicts"] = json::array();
  for (const auto& [pair, verdict] : pairs.verdicts) {
    json entry = compare::to_json(verdict);
    entry["benchmark"] = m.benchmarks[pair.benchmark];
    entry["a"] = m.contenders[pair.a].name;
    entry["b"] = m.contenders[pair.b].name;
    out["verdicts"].push_back(entry);
  }
  return out;
}

json caches_json(const bench::Roofs& roofs) {
  json list = json::array();
  for (const bench::CacheRoof& cache : roofs.caches) {
    list.push_back({{"place", cache.place}, {"gbytes", cache.gbytes}});
  }
  return list;
}

json backends_json(const SuiteResult& result) {
  json list = json::array();
  for (const SuiteBackend& backend : result.backends) {
    list.push_back({{"name", backend.name},
                    {"threads", backend.threads},
                    {"library", backend.library},
                    {"left_out", backend.left_out},
                    {"note", backend.note}});
  }
  return list;
}

// A line for each backend that calls a library, and for each that was left out.
std::vector<std::string> backend_lines(const SuiteResult& result) {
  std::vector<std::string> lines;
  for (const SuiteBackend& backend : result.backends) {
    if (!backend.left_out.empty()) {
      lines.push_back(fmt::format("{} was not measured: {}", backend.name, backend.left_out));
    } else if (!backend.library.empty()) {
      lines.push_back(fmt::format("{} is {}", backend.name, backend.library));
    }
    if (!backend.note.empty()) lines.push_back(fmt::format("{}: {}", backend.name, backend.note));
  }
  return lines;
}

// What the rate of the triad is the rate of, for the page.
const char* triad_clause(const SuiteResult& result) {
  if (result.triad_place == "memory") return "of memory traffic";
  if (result.triad_place == "last-level cache")
    return "from the last-level cache, into which the arrays fit, so memory may be slower";
  return "from memory and the last-level cache, which holds a part of the arrays, so memory may be "
         "slower";
}

}  // namespace

void print(std::ostream& out, const SuiteResult& result) {
  if (const auto line = standin_line(result); !line.empty()) out << line << '\n';
  for (const std::string& failure : result.failures) out << "not finished: " << failure << '\n';
  out << fmt::format(
      "measured peak rates with all CPUs: sgemm {:.0f} GFLOP/s, triad {:.1f} GB/s ({})\n",
      result.gflops, result.gbytes, result.triad_place);
  for (const std::string& line : backend_lines(result)) out << line << '\n';
  for (const PartResult& part : result.parts) {
    out << fmt::format("\n== {}: {}\n", part.name, part.about);
    const compare::Pairs pairs = pairs_of(part);
    for (const std::string& line : compare::head_lines(part.comparison, &pairs)) {
      out << line << '\n';
    }
    out << '\n';
    for (const Answer& answer : answers_of(part)) {
      out << fmt::format("{:<22} {}\n", answer.subject, answer.text);
    }
    if (part.name != "growth") continue;
    for (const std::string& line : growth_lines(part)) out << line << '\n';
  }
  out << '\n' << backend_sentence(result) << '\n' << threads_sentence(result) << '\n';
}

void print_markdown(std::ostream& out, const SuiteResult& result) {
  out << fmt::format("# Which backend and how many threads: {}\n\n", result.machine);
  if (const auto line = standin_line(result); !line.empty()) out << "**" << line << "**\n\n";
  for (const std::string& failure : result.failures) out << "- not finished: " << failure << '\n';
  if (!result.failures.empty()) out << '\n';
  out << backend_sentence(result) << "\n\n" << threads_sentence(result) << "\n\n";
  out << fmt::format(
      "`reprise bench {}` measured this and wrote this page. The peak rates of this machine with "
      "all CPUs are {:.0f} GFLOP/s in a matrix product (sgemm) and {:.1f} GB/s {} (STREAM's "
      "triad).\n\n",
      result.mode == Mode::own ? result.own : fmt::format("--{}", name_of(result.mode)),
      result.gflops, result.gbytes, triad_clause(result));
  out << "![Time of a training step of each layer, by backend and number of threads](layers.svg)\n"
         "![Rate of each layer below the machine's peak rates](roofline.svg)\n\n";
  for (const std::string& line : backend_lines(result)) out << "- " << line << '\n';
  if (!result.backends.empty()) out << '\n';
  print_guide(out, result);
  for (const PartResult& part : result.parts) {
    out << fmt::format("\n## {}: {}\n\n", part.name, part.about);
    const compare::Pairs pairs = pairs_of(part);
    for (const std::string& line : compare::head_lines(part.comparison, &pairs)) {
      out << "- " << line << '\n';
    }
    if (part.name == "growth") print_growth(out, part);
    out << "\n| | answer |\n|---|---|\n";
    for (const Answer& answer : answers_of(part)) {
      out << fmt::format("| {} | {} |\n", answer.subject, answer.text);
    }
    print_times(out, part);
  }
}

json with_answers(json document, const SuiteResult& result) {
  document["backend"] = backend_sentence(result);
  document["threads"] = threads_sentence(result);
  for (std::size_t p = 0; p < result.parts.size(); ++p) {
    json answers = json::array();
    for (const Answer& answer : answers_of(result.parts[p])) {
      answers.push_back({{"subject", answer.subject}, {"answer", answer.text}});
    }
    document["parts"][p]["answers"] = answers;
    document["parts"][p]["pairs"] = pairs_json(result.parts[p]);
  }
  return document;
}

json to_json(const SuiteResult& result) {
  json parts = json::array();
  for (const PartResult& part : result.parts) {
    parts.push_back({{"name", part.name},
                     {"kind", name_of(part.kind)},
                     {"about", part.about},
                     {"comparison", compare::to_json(part.comparison)}});
  }
  return with_answers({{"schema", kSchema},
                       {"created", fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)))},
                       {"environment", environment()},
                       {"mode", name_of(result.mode)},
                       {"own", result.own},
                       {"backends", backends_json(result)},
                       {"peaks",
                        {{"gflops", result.gflops},
                         {"gbytes", result.gbytes},
                         {"triad", result.triad_place},
                         {"multiply_add", result.roofs.gflops},
                         {"caches", caches_json(result.roofs)}}},
                       {"failures", result.failures},
                       {"parts", parts}},
                      result);
}

SuiteResult suite_from(const json& document, const std::string& name) {
  if (!document.is_object() || document.value("schema", json()) != kSchema) {
    throw Error(
        fmt::format("{}: found no result of reprise bench, expected schema {}", name, kSchema));
  }
  try {
    SuiteResult result;
    for (const Mode mode : {Mode::full, Mode::own}) {
      if (document.at("mode") == name_of(mode)) result.mode = mode;
    }
    result.own = one_line(document.value("own", std::string()));
    for (const json& backend : document.value("backends", json::array())) {
      const auto text = [&](const char* key) {
        return one_line(backend.at(key).get<std::string>());
      };
      result.backends.push_back(
          {text("name"), backend.at("threads"), text("library"), text("left_out"), text("note")});
    }
    result.machine = document.at("environment").at("cpu");
    result.gflops = document.at("peaks").at("gflops");
    result.gbytes = document.at("peaks").at("gbytes");
    result.triad_place = one_line(document.at("peaks").value("triad", "memory"));
    result.roofs.gflops = document.at("peaks").value("multiply_add", 0.0);
    for (const json& cache : document.at("peaks").value("caches", json::array())) {
      result.roofs.caches.push_back(
          {one_line(cache.at("place").get<std::string>()), cache.at("gbytes")});
    }
    result.failures = document.at("failures").get<std::vector<std::string>>();
    for (const json& part : document.at("parts")) {
      result.parts.push_back({part.at("name"), part.at("about"), part_kind(part.at("kind"), name),
                              compare::comparison_from(part.at("comparison"), name)});
    }
    return result;
  } catch (const json::exception& error) {
    throw Error(
        fmt::format("{}: found a result that lacks something ({})", name, printable(error.what())));
  }
}

}  // namespace reprise::suite
