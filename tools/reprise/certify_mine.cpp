#include "tools/reprise/certify_mine.hpp"

#include <fmt/format.h>

#include <iostream>

#include "cli/flag_types.hpp"
#include "cli/install_paths.hpp"
#include "reprise/kernels/rules/semantics.hpp"
#include "repro/catalogue.hpp"

namespace reprise::tool {

std::vector<std::string> experiment_ids() {
  std::vector<std::string> ids;
  for (const book::Experiment& experiment : book::all_experiments())
    ids.emplace_back(experiment.id);
  return ids;
}

void add_mine_flags(CLI::App& command, MineFlags& flags) {
  command.option_defaults()->group("Did I do something wrong?");
  cli::add_value(
      command, "--mine", flags.mine, "NUMBERS",
      "judge numbers of your own, 'imdb_final test_accuracy=.8731', or a FILE with a log: "
      "History printed or dumped as JSON, CSVLogger's file, the lines that fit prints; "
      "nothing is trained, because runs of many seeds are stored (results/seeds)");
  cli::add_value(command, "--experiment", flags.wanted.experiment, "ID",
                 "with --mine FILE: the experiment of the log (default: the one that it names, or "
                 "the nearest)")
      ->check(cli::one_of(experiment_ids()));
  cli::add_text(
      command, "--edition",
      [&flags](const std::string& number) { flags.wanted.edition = number.front() - '0'; }, "N",
      "with --mine: the edition whose settings you used: 1, 2 or 3 (default: the first one that "
      "has "
      "the experiment)")
      ->check(cli::one_of({"1", "2", "3"}));
  cli::add_value(
      command, "--semantics", flags.wanted.semantics, "NAME",
      fmt::format("with --mine: the version of Keras that you used: {} (default: {}, or "
                  "that of --edition)",
                  fmt::join(cli::names_in(all_semantics()), ", "), all_semantics().front().name))
      ->check(cli::one_of(cli::names_in(all_semantics())));
}

ExitCode answer_mine(const MineFlags& flags, const std::optional<std::filesystem::path>& results) {
  const auto folder = cli::results_with("seeds", results);
  const auto answer = book::answer(book::read_own_result(*flags.mine), flags.wanted, folder);
  book::print_answer(std::cout, answer);
  return answer.is_ordinary() ? ExitCode::done : ExitCode::no;
}

}  // namespace reprise::tool
