// Runs a harness without libFuzzer: on every file of a corpus, and on changed copies of it. The
// changes come from a fixed seed, so that a finding can be repeated. A finding is an input that
// ends the program or takes longer than kSeconds; it is kept in fuzz_READER_finding.bin.
//   fuzz_READER [--runs N] CORPUS|FILE...
// Exit codes: 0 no finding, 1 a file of the corpus that its reader refuses, 2 wrong use.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/mutator.hpp"

namespace {

namespace fs = std::filesystem;
using Bytes = std::string;

struct Seed {
  fs::path file;
  Bytes bytes;
};

constexpr unsigned kSeconds = 10;  // of one input
std::string finding;               // the name of the file for the input, for the handler
const Bytes* current = nullptr;    // for the handler

// Keeps the input that ended the program. Calls only what a handler may call.
void keep_input(int signal) {
  std::signal(signal, SIG_DFL);
  const int file = open(finding.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file >= 0 && current != nullptr &&
      write(file, current->data(), current->size()) == static_cast<ssize_t>(current->size())) {
    constexpr char kLine[] = "fuzz: the input was kept in ";
    if (write(2, kLine, sizeof kLine - 1) > 0 && write(2, finding.data(), finding.size()) > 0) {
      if (write(2, "\n", 1) < 0) _exit(1);
    }
  }
  std::raise(signal);
}

void run(const Bytes& input) {
  current = &input;
  alarm(kSeconds);
  // a copy that ends where the input ends, so that sanitizers see a step too far
  const std::vector<std::uint8_t> exact(input.begin(), input.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
  alarm(0);
}

std::vector<Seed> read_corpus(int argc, char** argv, int first) {
  std::vector<fs::path> files;
  for (int i = first; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) {
      files.emplace_back(argv[i]);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(argv[i])) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Seed> corpus;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.push_back({file, Bytes(std::istreambuf_iterator<char>(in), {})});
    if (!in.good() && !in.eof()) corpus.pop_back();
  }
  return corpus;
}

// Whether each file is accepted; says which one is not.
bool run_all(const std::vector<Seed>& corpus) {
  bool all = true;
  for (const auto& [file, bytes] : corpus) {
    const int before = reprise::fuzz::accepted;
    run(bytes);
    if (reprise::fuzz::accepted > before) continue;
    std::fprintf(stderr, "fuzz: seed %s is refused, expected one that its reader accepts\n",
                 file.c_str());
    all = false;
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  int first = 1;
  std::size_t runs = 3000;
  if (argc > 2 && std::strcmp(argv[1], "--runs") == 0) {
    runs = std::strtoul(argv[2], nullptr, 10);
    first = 3;
  }
  const std::vector<Seed> corpus = read_corpus(argc, argv, first);
  if (corpus.empty()) {
    std::fprintf(stderr, "fuzz: found no file of a corpus, expected some\n");
    return 2;
  }
  finding = fs::path(argv[0]).filename().string() + "_finding.bin";
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGALRM}) {
    std::signal(signal, keep_input);
  }
  if (!run_all(corpus)) return 1;
  std::vector<Bytes> seeds;
  for (const Seed& seed : corpus) seeds.push_back(seed.bytes);
  reprise::fuzz::Mutator mutator(seeds);
  for (std::size_t i = 0; i < runs; ++i) run(mutator.changed(seeds[i % seeds.size()]));
  std::printf("%zu files and %zu changed copies without a finding\n", corpus.size(), runs);
  return 0;
}
