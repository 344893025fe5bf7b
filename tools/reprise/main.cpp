// reprise: what there is on this machine, beside the programs of the sections.
#include <iostream>

#include "data.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/core/error.hpp"

namespace {

void run(int argc, char** argv) {
  CLI::App app("what there is on this machine, beside the programs of the sections", "reprise");
  app.require_subcommand(1);
  reprise::tool::add_data(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    app.exit(success, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    throw reprise::Error(reprise::printable(error.what()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    reprise::remove_temporary_files_on_signals();
    run(argc, argv);
    if (!std::cout.flush()) throw reprise::Error("standard output: cannot be written");
    return 0;
  } catch (const reprise::Error& error) {
    std::cerr << "reprise: " << error.what() << '\n';
    return static_cast<int>(error.exit_code());
  } catch (const std::exception& error) {
    std::cerr << "reprise: " << reprise::printable(error.what()) << '\n';
    return static_cast<int>(reprise::ExitCode::usage);
  }
}
