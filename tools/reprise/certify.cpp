// reprise certify: the verdict on what the book prints, from many runs of ours.
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <tuple>

#include "cli/install_paths.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"
#include "repro/certificate/against.hpp"
#include "repro/certificate/certificate.hpp"
#include "repro/certificate/json.hpp"
#include "repro/certificate/pictures.hpp"
#include "repro/certificate/table.hpp"
#include "tools/reprise/commands.hpp"

namespace reprise::tool {

namespace {

using std::filesystem::path;

struct Flags {
  std::vector<path> records;
  std::optional<path> against, results, json, markdown, expect, plot_dir;
  double margin = 0.5;
  bool figures = false, list = false;
};

void list(const path& results) {
  constexpr const char* kRow = "{:<20} {:<12} {:>7}  {:<14} {:>7}\n";
  std::cout << fmt::format(kRow, "experiment", "program", "edition", "semantics", "numbers");
  for (const auto& row : book::certifiable(results)) {
    std::cout << fmt::format(kRow, row.experiment, row.program, row.edition, row.semantics,
                             row.quantities);
  }
}

ExitCode against(const Flags& flags) {
  const auto comparisons = book::compare_groups(book::read_groups(flags.records),
                                                book::read_groups({*flags.against}), flags.margin);
  book::print_comparisons(std::cout, comparisons, flags.margin);
  ExitCode worst = ExitCode::done;
  for (const auto& comparison : comparisons) {
    const ExitCode code = comparison.code();
    // a difference that was found weighs more than one that may be there
    if (code == ExitCode::no || worst == ExitCode::done) worst = code;
  }
  return worst;
}

// What is to be written or compared is known to be possible before anything is.
void require_outputs(const Flags& flags) {
  const auto same = [](const std::optional<path>& a, const std::optional<path>& b) {
    return a && b && std::filesystem::weakly_canonical(*a) == std::filesystem::weakly_canonical(*b);
  };
  for (const auto& [flag, file, other_flag, other] :
       {std::tuple("--markdown", flags.markdown, "--json", flags.json),
        std::tuple("--json", flags.json, "--expect", flags.expect),
        std::tuple("--markdown", flags.markdown, "--expect", flags.expect)}) {
    if (!same(file, other)) continue;
    throw Error(fmt::format("{}: found '{}', the file of {}, expected another", flag,
                            file->string(), other_flag));
  }
  if (flags.plot_dir) require_writable_folder(*flags.plot_dir);
  for (const auto* file : {&flags.json, &flags.markdown}) {
    if (*file) AtomicFile probe(**file);
  }
}

ExitCode certify(const Flags& flags) {
  const path results = cli::results_with("book", flags.results);
  require_outputs(flags);
  std::optional<book::Expected> expected;
  if (flags.expect) expected.emplace(*flags.expect);
  const auto certificate = book::certify(book::read_groups(flags.records), results);
  book::print_certificate(std::cout, certificate);
  if (flags.figures) book::print_quantities(std::cout, certificate);
  if (flags.plot_dir) book::write_pictures(certificate, *flags.plot_dir);
  if (flags.json) {
    write_file(*flags.json, [&](std::ostream& out) { book::write_json(out, certificate); });
  }
  if (flags.markdown) {
    write_file(*flags.markdown, [&](std::ostream& out) {
      book::write_page(out, certificate, flags.markdown->parent_path());
    });
  }
  if (!expected) return ExitCode::done;
  const auto differences = expected->differences(certificate);
  std::cout << '\n';
  for (const std::string& line : differences) std::cout << "DIFFERENT " << line << '\n';
  std::cout << fmt::format("{}: {}\n", flags.expect->string(),
                           differences.empty() ? "the same certificate"
                                               : fmt::format("{} differences", differences.size()));
  return differences.empty() ? ExitCode::done : ExitCode::no;
}

}  // namespace

CLI::App* add_certify(CLI::App& app, ExitCode& code) {
  CLI::App* command = app.add_subcommand(
      "certify", "whether what the book prints could be one more run of ours, from records");
  const auto flags = std::make_shared<Flags>();
  command->option_defaults()->group("What is judged");
  command->add_option("RECORD", flags->records,
                      "what programs wrote with --seeds A..B --record; a record has one semantics, "
                      "several are shown side by side");
  command
      ->add_option("--results", flags->results,
                   "the folder with book/ (default: the one of this installation)")
      ->type_name("DIR");
  CLI::Option* against_option =
      command
          ->add_option("--against", flags->against,
                       "no book: these runs against those of RECORD; equal bits, else equivalence "
                       "of every figure")
          ->type_name("RECORD");
  command
      ->add_option("--margin", flags->margin,
                   "of --against, in standard deviations of a run, above 0 to 10 (default: 0.5)")
      ->check([](const std::string& text) {
        double value = 0;
        return CLI::detail::lexical_cast(text, value) && value > 0 && value <= 10
                   ? std::string()
                   : fmt::format("found '{}', expected a number above 0, at most 10", text);
      })
      ->type_name("X");
  command->add_flag("--list", flags->list, "the experiments with printed figures, and end");
  command->option_defaults()->group("What is shown and kept");
  command->add_flag("--figures", flags->figures, "also where each printed number lies among ours");
  command->add_option("--json", flags->json, "the certificate (results/schema/certificate-1.json)")
      ->type_name("FILE");
  command
      ->add_option("--markdown", flags->markdown,
                   "a page with the table, the reasons and the pictures that lie beside it")
      ->type_name("FILE");
  command
      ->add_option("--plot-dir", flags->plot_dir,
                   "SVG: the book's curves over the band of our seeds, its numbers among ours")
      ->type_name("DIR");
  command
      ->add_option("--expect", flags->expect,
                   "what --json wrote before: exit code 1 if anything differs")
      ->type_name("FILE");
  command->footer(
      "\nVerdicts do not change the exit code: 0 whatever they are, 1 for what --expect or "
      "--against find,\n4 where --against cannot tell. docs/certificate.md says what they mean.\n\n"
      "Examples:\n"
      "  reprise certify old.json new.json --figures\n"
      "  reprise certify new.json --against other_machine.json\n"
      "Records for them:\n"
      "  imdb --edition 1 --experiment imdb_final --seeds 0..199 --record old.json\n"
      "  imdb --experiment imdb_final --seeds 0..199 --record new.json\n");
  command->callback([=, &code] {
    for (const char* other :
         {"--results", "--list", "--figures", "--json", "--markdown", "--plot-dir", "--expect"}) {
      if (flags->against && command->count(other) > 0) {
        throw Error(fmt::format("--against: found {} beside it, expected one of the two", other));
      }
    }
    if (command->count("--margin") > 0 && !flags->against) {
      throw Error("--margin: found no --against, expected one");
    }
    if (against_option->results().size() > 1) {
      throw Error(fmt::format("--against: found {} records, expected one",
                              against_option->results().size()));
    }
    if (flags->list && !flags->records.empty()) {
      throw Error(fmt::format("--list: found '{}' beside it, expected no record",
                              flags->records.front().string()));
    }
    if (flags->list) return list(cli::results_with("book", flags->results));
    if (flags->records.empty()) throw Error("RECORD: found none, expected at least one");
    code = flags->against ? against(*flags) : certify(*flags);
  });
  return command;
}

}  // namespace reprise::tool
