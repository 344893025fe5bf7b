// reprise: commands beside the programs of the sections.
//   reprise list        the book's experiments
//   reprise backends    the backends that can compute them
#include <algorithm>
#include <string>
#include <vector>

#include "bench/gate/result.hpp"
#include "cli/flag_types.hpp"
#include "cli/run_main.hpp"
#include "reprise/core/error.hpp"
#include "reprise/record/environment.hpp"
#include "tools/reprise/commands.hpp"

namespace reprise::tool {

namespace {

// Ends the help page of every command and its subcommands with the exit codes.
void finish_help(CLI::App& command) {
  command.get_help_ptr()->group("Help");
  command.footer(command.get_footer() + "\n" + cli::kExitCodes);
  for (CLI::App* inner : command.get_subcommands([](CLI::App*) { return true; })) {
    finish_help(*inner);
  }
}

ExitCode run(int argc, char** argv) {
  CLI::App app(
      "Reproduces the dense-network experiments of \"Deep Learning with Python\" and measures "
      "them on a CPU",
      "reprise");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.option_defaults()->group("Help");
  app.set_help_flag("--help,-h", "print this page, and exit");
  app.set_version_flag("--version", "reprise " + version_line(),
                       "print version and commit, and exit");
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.require_subcommand(0, 1);
  std::vector<std::string> names;
  ExitCode code = ExitCode::done;
  for (CLI::App* command : {add_list(app), add_data(app), add_report(app), add_certify(app, code),
                            add_compare(app, code), add_gate(app, code), add_bench(app, code),
                            add_speed(app, code), add_backends(app), add_version(app)}) {
    names.push_back(command->get_name());
    command->group("Commands");
    finish_help(*command);
  }
  app.footer(
      std::string("\"reprise COMMAND --help\" shows the flags of a command. Each section of the "
                  "book has its own program:\nmnist, imdb, reuters, boston, california, "
                  "overfitting, generalization.\n\n") +
      cli::kExitCodes);
  if (cli::parse_command_line(app, argc, argv) && app.get_subcommands().empty()) {
    throw Error(fmt::format("found no command, expected one of: {} (--help explains them)",
                            fmt::join(names, ", ")));
  }
  return code;
}

// `git bisect run` takes 125 for "cannot be tested" and every other code below 128 but 0 for "bad".
// A flag that is spelled wrongly must not make all commits bad.
ExitCode run_for_bisect(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool bisects = !arguments.empty() && arguments.front() == "gate" &&
                       std::ranges::find(arguments, "--bisect") != arguments.end();
  try {
    const ExitCode code = run(argc, argv);
    return bisects ? static_cast<ExitCode>(gate::bisect_code(code)) : code;
  } catch (const Error& error) {
    if (!bisects) throw;
    throw Error(error.what(), static_cast<ExitCode>(gate::bisect_code(error.exit_code())));
  }
}

}  // namespace

}  // namespace reprise::tool

int main(int argc, char** argv) {
  reprise::cli::prepare_process();
  return reprise::cli::run_main("reprise",
                                [&] { return reprise::tool::run_for_bisect(argc, argv); });
}
