// Runs a harness without libFuzzer: on every file of a corpus, and on changed copies of it. The
// changes come from a fixed seed, so that a finding can be repeated.
//   fuzz_READER [--runs N] CORPUS|FILE...
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/mutator.hpp"

namespace {

namespace fs = std::filesystem;
using Bytes = std::string;

constexpr const char* kFinding = "fuzz_finding.bin";
const Bytes* current = nullptr;  // for the handler

// Keeps the input that ended the program. Calls only what a handler may call.
void keep_input(int signal) {
  std::signal(signal, SIG_DFL);
  const int file = open(kFinding, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file >= 0 && current != nullptr &&
      write(file, current->data(), current->size()) == static_cast<ssize_t>(current->size())) {
    constexpr char kLine[] = "fuzz: the input was kept in ";
    if (write(2, kLine, sizeof kLine - 1) > 0 && write(2, kFinding, std::strlen(kFinding)) > 0) {
      if (write(2, "\n", 1) < 0) _exit(1);
    }
  }
  std::raise(signal);
}

void run(const Bytes& input) {
  current = &input;
  // a copy that ends where the input ends, so that sanitizers see a step too far
  const std::vector<std::uint8_t> exact(input.begin(), input.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::vector<Bytes> read_corpus(int argc, char** argv, int first) {
  std::vector<fs::path> files;
  for (int i = first; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) {
      files.emplace_back(argv[i]);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(argv[i])) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Bytes> corpus;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    if (!in.good() && !in.eof()) corpus.pop_back();
  }
  return corpus;
}

}  // namespace

int main(int argc, char** argv) {
  int first = 1;
  std::size_t runs = 3000;
  if (argc > 2 && std::strcmp(argv[1], "--runs") == 0) {
    runs = std::strtoul(argv[2], nullptr, 10);
    first = 3;
  }
  const std::vector<Bytes> corpus = read_corpus(argc, argv, first);
  if (corpus.empty()) {
    std::fprintf(stderr, "fuzz: found no file of a corpus, expected some\n");
    return 2;
  }
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE}) std::signal(signal, keep_input);
  for (const Bytes& seed : corpus) run(seed);
  reprise::fuzz::Mutator mutator(corpus);
  for (std::size_t i = 0; i < runs; ++i) run(mutator.changed(corpus[i % corpus.size()]));
  std::printf("%zu files and %zu changed copies without a finding\n", corpus.size(), runs);
  return 0;
}
