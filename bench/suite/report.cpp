#include "bench/suite/report.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/compare/report.hpp"
#include "bench/suite/answers.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/environment.hpp"

namespace reprise::compare {

using nlohmann::json;

namespace {

constexpr const char* kSchema = "reprise/bench/1";

// A line that every form of the report begins with where generated data took the place of the
// book's.
std::string standin_line(const SuiteResult& result) {
  for (const PartResult& part : result.parts) {
    for (const std::string& row : part.comparison.measurements.benchmarks) {
      if (row.find("/data:stand-in/") != std::string::npos) {
        return "STAND-IN: generated data in place of the book's";
      }
    }
  }
  return "";
}

// What the answers rest on: each pair, and the smallest change that its rounds would have found.
json pairs_json(const PartResult& part) {
  const auto number = [](double value) { return std::isfinite(value) ? json(value) : json(); };
  const Measurements& m = part.comparison.measurements;
  const Pairs pairs = pairs_of(part);
  json list = json::array();
  for (const auto& [pair, verdict] : pairs.verdicts) {
    list.push_back({{"row", m.benchmarks[pair.benchmark]},
                    {"a", m.contenders[pair.a].name},
                    {"b", m.contenders[pair.b].name},
                    {"verdict", name_of(verdict.label)},
                    {"ratio", number(verdict.ratio)},
                    {"low", number(verdict.low)},
                    {"high", number(verdict.high)},
                    {"p", verdict.p},
                    {"p_holm", verdict.adjusted_p},
                    {"detectable", number(verdict.minimum_detectable_effect)}});
  }
  return {{"median_detectable", number(pairs.median_minimum_detectable_effect)},
          {"largest_detectable", number(pairs.largest_minimum_detectable_effect)},
          {"largest_row", pairs.least_sensitive_benchmark},
          {"verdicts", list}};
}

}  // namespace

void print(std::ostream& out, const SuiteResult& result) {
  if (const auto line = standin_line(result); !line.empty()) out << line << '\n';
  for (const std::string& failure : result.failures) out << "ended: " << failure << '\n';
  out << fmt::format("measured peaks: sgemm {:.0f} GFLOP/s, triad {:.1f} GB/s\n", result.gflops,
                     result.gbytes);
  for (const PartResult& part : result.parts) {
    out << fmt::format("\n== {}: {}\n", part.name, part.about);
    const Pairs pairs = pairs_of(part);
    for (const std::string& line : head_lines(part.comparison, &pairs)) out << line << '\n';
    out << '\n';
    for (const Answer& answer : answers_of(part)) {
      out << fmt::format("{:<22} {}\n", answer.subject, answer.text);
    }
  }
  out << '\n' << backend_sentence(result) << '\n' << threads_sentence(result) << '\n';
}

void print_markdown(std::ostream& out, const SuiteResult& result) {
  out << fmt::format("# Which backend, how many threads: {}\n\n", result.machine);
  out << fmt::format(
      "`reprise bench {}` made this page; [docs/comparison.md]"
      "(../../../../docs/comparison.md) says how it measures and judges.\n\n",
      result.full ? "--full" : "--quick");
  if (const auto line = standin_line(result); !line.empty()) out << "**" << line << "**\n\n";
  for (const std::string& failure : result.failures) out << "- ended: " << failure << '\n';
  if (!result.failures.empty()) out << '\n';
  out << backend_sentence(result) << "\n\n" << threads_sentence(result) << "\n\n";
  out << fmt::format(
      "Measured peaks on all processors: sgemm {:.0f} GFLOP/s, triad {:.1f} GB/s.\n\n",
      result.gflops, result.gbytes);
  out << "![Time of each layer by backend and threads](layers.svg)\n"
         "![The layers below the machine's ceilings](roofline.svg)\n";
  for (const PartResult& part : result.parts) {
    const Measurements& m = part.comparison.measurements;
    out << fmt::format("\n## {}: {}\n\n", part.name, part.about);
    const Pairs pairs = pairs_of(part);
    for (const std::string& line : head_lines(part.comparison, &pairs)) {
      out << "- " << line << '\n';
    }
    out << "\n| | answer |\n|---|---|\n";
    for (const Answer& answer : answers_of(part)) {
      out << fmt::format("| {} | {} |\n", answer.subject, answer.text);
    }
    out << "\n| row |";
    for (std::size_t c = 0; c < m.control(); ++c) out << fmt::format(" {} |", m.contenders[c].name);
    out << "\n|---|";
    for (std::size_t c = 0; c < m.control(); ++c) out << "---:|";
    for (std::size_t r = 0; r < m.benchmarks.size(); ++r) {
      out << fmt::format("\n| {} |", m.benchmarks[r]);
      for (std::size_t c = 0; c < m.control(); ++c) {
        const double time = m.shown_time(c, r, part.comparison.judging.clock);
        out << fmt::format(" {} |", time_text(time));
      }
    }
    out << '\n';
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
    parts.push_back(
        {{"name", part.name}, {"about", part.about}, {"comparison", to_json(part.comparison)}});
  }
  return with_answers({{"schema", kSchema},
                       {"created", fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)))},
                       {"environment", environment()},
                       {"mode", result.full ? "full" : "quick"},
                       {"peaks", {{"gflops", result.gflops}, {"gbytes", result.gbytes}}},
                       {"failures", result.failures},
                       {"parts", parts}},
                      result);
}

SuiteResult suite_from(const json& document, const std::string& name) {
  if (!document.is_object() || document.value("schema", "") != kSchema) {
    throw Error(
        fmt::format("{}: found no run of reprise bench, expected schema {}", name, kSchema));
  }
  try {
    SuiteResult result;
    result.full = document.at("mode") == "full";
    result.machine = document.at("environment").at("cpu");
    result.gflops = document.at("peaks").at("gflops");
    result.gbytes = document.at("peaks").at("gbytes");
    if (document.contains("failures")) {  // kept by later versions only
      result.failures = document["failures"].get<std::vector<std::string>>();
    }
    for (const json& part : document.at("parts")) {
      result.parts.push_back(
          {part.at("name"), part.at("about"), comparison_from(part.at("comparison"), name)});
    }
    return result;
  } catch (const json::exception& error) {
    throw Error(
        fmt::format("{}: found a run that lacks something ({})", name, printable(error.what())));
  }
}

}  // namespace reprise::compare
