// Downloads from a server that cuts, lies and redirects (loopback_server.py), and from nowhere.
#include "reprise/data/download.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iterator>
#include <random>
#include <thread>

#include "data/thrown.hpp"
#include "reprise/core/atomic_file.hpp"
#include "reprise/data/checksum.hpp"
#include "support/loopback_server.hpp"
#include "support/scratch.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::LoopbackServer;

constexpr std::size_t kBytes = 40000;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

class DownloadTest : public ::testing::Test {
 protected:
  DownloadTest() {
    setenv("no_proxy", "*", 1);
    fs::create_directory(folder_);
    std::mt19937 words(1);
    for (std::size_t i = 0; i < kBytes; ++i) content_ += static_cast<char>(words());
    std::ofstream(served_, std::ios::binary) << content_;
    file_ = {"some.npz", kBytes, "sha256", file_digest(served_, "sha256")};
    server_.emplace(served_, scratch_.path() / "log");
  }

  DownloadOptions options(const std::string& behaviour) const {
    DownloadOptions options;
    options.base_url = server_->url(behaviour);
    options.attempts = 3;
    options.first_wait = 0.01;
    options.stall_timeout = 1;
    return options;
  }
  // The file is there, whole and alone.
  void expect_whole() const {
    EXPECT_TRUE(content_of(folder_ / file_.name) == content_);
    EXPECT_THAT(names_in(folder_), ElementsAre(file_.name));
  }
  void expect_fetched(const std::string& behaviour) const {
    EXPECT_EQ(download(file_, folder_, options(behaviour)), folder_ / file_.name);
    expect_whole();
  }
  Error failure(const DownloadOptions& options) const {
    try {
      download(file_, folder_, options);
    } catch (const Error& error) {
      EXPECT_EQ(testing::line_of([&] { throw error; }), error.what());
      return error;
    }
    return Error("no error", ExitCode::done);
  }
  // The line of a failure of that kind, after which no file has the name.
  std::string line(const std::string& behaviour, ExitCode code) const {
    const Error error = failure(options(behaviour));
    EXPECT_EQ(error.exit_code(), code) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(server_->url(behaviour) + "some.npz: "));
    EXPECT_FALSE(fs::exists(folder_ / file_.name));
    return error.what();
  }
  fs::path part() const { return folder_ / "some.npz.part"; }
  void write_part(const std::string& content) const {
    std::ofstream(part(), std::ios::binary) << content;
  }
  // Runs `body` in a process of its own.
  template <class Body>
  pid_t start(Body body) const {
    const pid_t child = fork();
    if (child == 0) {
      int code = 99;
      try {
        code = body();
      } catch (...) {
      }
      _exit(code);
    }
    return child;
  }
  static int exit_code_of(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  void wait_for_part() const {
    std::error_code error;
    while (!fs::exists(part()) || fs::file_size(part(), error) < 1000) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  testing::Scratch scratch_;
  fs::path folder_ = scratch_.path() / "datasets", served_ = scratch_.path() / "served";
  std::string content_;
  DataFile file_;
  std::optional<LoopbackServer> server_;
};

TEST_F(DownloadTest, FetchesAndShowsHowFarItIs) {
  DownloadOptions slow = options("slow");
  std::vector<DownloadStatus> seen;
  slow.observer = [&](const DownloadStatus& status) { seen.push_back(status); };
  download(file_, folder_, slow);
  expect_whole();
  ASSERT_GT(seen.size(), 3u);
  for (const auto& status : seen) {
    EXPECT_EQ(status.name, "some.npz");
    EXPECT_EQ(status.total, kBytes);
    EXPECT_GT(status.bytes_per_second, 0);
  }
  EXPECT_LT(seen.front().done, kBytes);
  EXPECT_EQ(seen.back().done, kBytes);
}

TEST_F(DownloadTest, VerifiesMd5) {
  file_.algorithm = "md5";
  file_.digest = file_digest(served_, "md5");
  expect_fetched("whole");
  file_.name = "other.npz";
  EXPECT_THAT(failure(options("wrong")).what(), HasSubstr("expected " + file_.digest));
}

TEST_F(DownloadTest, ResumesWhatWasCut) {
  expect_fetched("cut+cut+whole");
  EXPECT_THAT(server_->ranges(), ElementsAre("", "bytes=20000-", "bytes=30000-"));
}

TEST_F(DownloadTest, BeginsAnewWhereTheServerKnowsNoRanges) {
  expect_fetched("cut_without_range+whole_without_range");
  EXPECT_THAT(server_->ranges(), ElementsAre("", "bytes=20000-"));
}

TEST_F(DownloadTest, ResumesWhatStallsOrHasNoLength) {
  expect_fetched("stall+whole");
  fs::remove(folder_ / file_.name);
  expect_fetched("silent+whole");
  fs::remove(folder_ / file_.name);
  expect_fetched("cut_without_length+whole");
  EXPECT_THAT(server_->ranges(), ElementsAre("", "bytes=20000-", "", "", "", "bytes=20000-"));
}

TEST_F(DownloadTest, GivesUpAfterTheLastAttemptAndResumesNextTime) {
  EXPECT_THAT(line("cut", ExitCode::missing), HasSubstr("attempt 3 of 3"));
  EXPECT_EQ(fs::file_size(part()), 35000u);
  expect_fetched("whole");
  EXPECT_EQ(server_->ranges().back(), "bytes=35000-");
}

TEST_F(DownloadTest, ThrowsStalePartsAway) {
  write_part(std::string(kBytes + 1, 'x'));  // too long
  expect_fetched("whole/1");
  fs::remove(folder_ / file_.name);
  write_part(std::string(100, 'x'));  // of another file
  expect_fetched("whole/2");
  fs::remove(folder_ / file_.name);
  write_part(std::string(kBytes, 'x'));  // as long, but another one
  expect_fetched("whole/3");
  EXPECT_THAT(server_->ranges(), ElementsAre("", "bytes=100-", "", ""));
  fs::remove(folder_ / file_.name);
  write_part(content_);  // all of it, but its process ended before it got its name
  expect_fetched("whole/4");
  EXPECT_EQ(server_->ranges().size(), 4u);
}

TEST_F(DownloadTest, DistrustsOddAnswersToRanges) {
  for (const std::string behaviour : {"other_part+whole", "status416+whole", "cut_wrong+whole"}) {
    write_part(content_.substr(0, 100));
    expect_fetched(behaviour);
    fs::remove(folder_ / file_.name);
  }
  write_part(content_.substr(0, 100));
  EXPECT_THAT(line("other_file", ExitCode::usage), HasSubstr("found 40007 bytes, expected 40000"));
  EXPECT_THAT(names_in(folder_), IsEmpty());
}

TEST_F(DownloadTest, RefusesOtherLengths) {
  EXPECT_THAT(line("shorter", ExitCode::usage), HasSubstr("found 39999 bytes, expected 40000"));
  EXPECT_THAT(line("longer", ExitCode::usage), HasSubstr("found 40001 bytes, expected 40000"));
  EXPECT_EQ(server_->ranges().size(), 2u);  // at once
  EXPECT_THAT(line("longer_without_length", ExitCode::usage),
              HasSubstr("found more than 40000 bytes, expected 40000"));
  EXPECT_THAT(names_in(folder_), IsEmpty());
  EXPECT_THAT(line("empty", ExitCode::usage), HasSubstr("found 0 bytes, expected 40000"));
  EXPECT_THAT(names_in(folder_), IsEmpty());
}

TEST_F(DownloadTest, RefusesOtherContent) {
  std::ofstream(scratch_.path() / "reversed", std::ios::binary)
      << std::string(content_.rbegin(), content_.rend());
  EXPECT_THAT(
      line("wrong", ExitCode::usage),
      AllOf(HasSubstr("found sha256 " + file_digest(scratch_.path() / "reversed", "sha256")),
            HasSubstr("expected " + file_.digest)));
  EXPECT_THAT(names_in(folder_), IsEmpty());
  EXPECT_EQ(server_->ranges().size(), 1u);
  expect_fetched("whole");  // nothing of it is left
}

TEST_F(DownloadTest, TakesOtherContentWhenTold) {
  DownloadOptions any = options("cut_wrong+shorter");
  any.unverified = true;
  write_part(content_.substr(0, 100));
  download(file_, folder_, any);
  EXPECT_TRUE(content_of(folder_ / file_.name) == content_.substr(0, kBytes - 1));
  EXPECT_THAT(server_->ranges(), ElementsAre("", ""));  // nothing could tell if the parts fit
}

TEST_F(DownloadTest, TellsA404AtOnce) {
  EXPECT_THAT(line("status404", ExitCode::missing), HasSubstr("answered 404"));
  EXPECT_EQ(server_->ranges().size(), 1u);
  EXPECT_THAT(names_in(folder_), IsEmpty());
}

TEST_F(DownloadTest, TriesAgainAfterA500) {
  std::vector<std::string> notes;
  DownloadOptions again = options("status500+whole");
  again.observer = [&](const DownloadStatus& status) {
    if (!status.note.empty()) notes.push_back(status.note);
  };
  download(file_, folder_, again);
  expect_whole();
  EXPECT_THAT(notes, ElementsAre("the server answered 500; attempt 2 of 3 in 0.0 s"));
  fs::remove(folder_ / file_.name);
  EXPECT_THAT(line("status500", ExitCode::missing),
              AllOf(HasSubstr("answered 500"), HasSubstr("attempt 3 of 3")));
}

TEST_F(DownloadTest, FollowsRedirectsOfTheSameScheme) {
  expect_fetched("to_whole");
  fs::remove(folder_ / file_.name);
  EXPECT_THAT(line("to_file", ExitCode::missing),
              HasSubstr("redirect to another scheme than http"));
  EXPECT_THAT(line("to_other_scheme", ExitCode::missing),
              HasSubstr("redirect to another scheme than http"));
  EXPECT_THAT(line("to_itself", ExitCode::missing), HasSubstr("redirects"));
  EXPECT_THAT(line("redirect_nowhere", ExitCode::missing), HasSubstr("answered 302"));
  EXPECT_THAT(names_in(folder_), IsEmpty());
}

TEST_F(DownloadTest, TwoProcessesAtOnceFetchOnce) {
  const auto fetch = [&] {
    download(file_, folder_, options("slow"));
    return content_of(folder_ / file_.name) == content_ ? 0 : 1;
  };
  const pid_t first = start(fetch);
  wait_for_part();
  const pid_t second = start([&] {
    int waited = 0;
    DownloadOptions waiting = options("slow");
    waiting.observer = [&](const DownloadStatus& s) { waited += s.note.starts_with("waiting"); };
    download(file_, folder_, waiting);
    return waited == 1 && content_of(folder_ / file_.name) == content_ ? 0 : 1;
  });
  EXPECT_EQ(exit_code_of(first), 0);
  EXPECT_EQ(exit_code_of(second), 0);
  expect_whole();
  EXPECT_THAT(server_->ranges(), ElementsAre(""));
}

TEST_F(DownloadTest, ManyProcessesAtOnceFetchOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    children.push_back(start([&] {
      download(file_, folder_, options("whole"));
      return content_of(folder_ / file_.name) == content_ ? 0 : 1;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(exit_code_of(child), 0);
  expect_whole();
  EXPECT_THAT(server_->ranges(), ElementsAre(""));
}

TEST_F(DownloadTest, AnInterruptLeavesThePartAndAKillNoLock) {
  for (const int signal : {SIGINT, SIGKILL}) {
    const std::string behaviour = "slow/" + std::to_string(signal);
    const pid_t child = start([&] {
      remove_temporary_files_on_signals();
      close(STDERR_FILENO);  // "interrupted" is no failure here
      download(file_, folder_, options(behaviour));
      return 0;
    });
    wait_for_part();
    const pid_t heir = start([&] { return download(file_, folder_, options(behaviour)), 0; });
    kill(child, signal);
    EXPECT_EQ(exit_code_of(child), signal == SIGINT ? 130 : -SIGKILL);
    EXPECT_EQ(exit_code_of(heir), 0);
    expect_whole();
    fs::remove(folder_ / file_.name);
  }
  const auto ranges = server_->ranges();
  ASSERT_EQ(ranges.size(), 4u);
  EXPECT_THAT(ranges[1], HasSubstr("bytes="));  // resumed
  EXPECT_THAT(ranges[3], HasSubstr("bytes="));
}

TEST_F(DownloadTest, NamesFoldersThatCannotBeWritten) {
  const auto line_in = [&](const fs::path& folder) {
    try {
      download(file_, folder, options("whole"));
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::usage);
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_THAT(line_in("/proc/self"), HasSubstr("/proc/self/some.npz.part: cannot be written"));
  EXPECT_THAT(line_in(folder_ / "nowhere"), HasSubstr("nowhere/some.npz.part: cannot be written"));
  fs::create_directory(part());
  EXPECT_THAT(line_in(folder_), HasSubstr("some.npz.part: cannot be written: Is a directory"));
  fs::remove(part());
  fs::create_symlink(served_, part());
  EXPECT_THAT(line_in(folder_), HasSubstr("some.npz.part: cannot be written"));
  EXPECT_TRUE(content_of(served_) == content_);
  fs::remove(part());
  fs::permissions(folder_, fs::perms(0555));
  fs::permissions(scratch_.path(), fs::perms(0755));
  const bool root = geteuid() == 0;  // who may write anywhere
  ASSERT_EQ(seteuid(root ? 65534 : geteuid()), 0);
  EXPECT_THAT(line_in(folder_), HasSubstr("some.npz.part: cannot be written: Permission denied"));
  ASSERT_EQ(seteuid(root ? 0 : geteuid()), 0);
  fs::permissions(folder_, fs::perms(0755));
  EXPECT_THAT(server_->ranges(), IsEmpty());
}

TEST_F(DownloadTest, NamesHostsThatAreNotThere) {
  DownloadOptions nowhere = options("whole");
  nowhere.attempts = 1;
  nowhere.base_url = "http://no-such-host.invalid/keras";
  EXPECT_EQ(failure(nowhere).exit_code(), ExitCode::missing);
  EXPECT_THAT(failure(nowhere).what(),
              AllOf(HasSubstr("http://no-such-host.invalid/keras/some.npz: "),
                    HasSubstr("no-such-host.invalid")));
  nowhere.base_url = options("whole").base_url;
  server_.reset();
  EXPECT_EQ(failure(nowhere).exit_code(), ExitCode::missing);
  EXPECT_THAT(failure(nowhere).what(), HasSubstr("127.0.0.1"));
  for (const std::string url : {"", "file:///etc/", "ftp://127.0.0.1/", "127.0.0.1:80/", "http://",
                                "https://\x1b[1m", "http:///"}) {
    nowhere.base_url = url;
    EXPECT_EQ(failure(nowhere).exit_code(), ExitCode::usage) << url << failure(nowhere).what();
    EXPECT_THAT(failure(nowhere).what(), HasSubstr("expected http://... or https://...")) << url;
  }
  EXPECT_THAT(names_in(folder_), IsEmpty());
}

TEST_F(DownloadTest, VerifiesTls) {
  const fs::path certificate = scratch_.path() / "cert.pem", key = scratch_.path() / "key.pem";
  const std::string make = fmt::format(
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext "
      "subjectAltName=IP:127.0.0.1 -keyout '{}' -out '{}' 2>/dev/null",
      key.string(), certificate.string());
  if (std::system(make.c_str()) != 0) GTEST_SKIP() << "no openssl here";
  server_.reset();
  server_.emplace(served_, scratch_.path() / "log",
                  fmt::format("'{}' '{}'", certificate.string(), key.string()));
  EXPECT_THAT(line("whole", ExitCode::missing), HasSubstr("certificate"));
  EXPECT_THAT(server_->ranges(), IsEmpty());
  EXPECT_THAT(names_in(folder_), IsEmpty());
}

TEST(DefaultDataUrl, IsKerassOrTheEnvironments) {
  const char* before = std::getenv("REPRISE_DATA_URL");
  const std::string kept = before == nullptr ? "" : before;
  unsetenv("REPRISE_DATA_URL");
  EXPECT_EQ(default_data_url(), "https://storage.googleapis.com/tensorflow/tf-keras-datasets/");
  setenv("REPRISE_DATA_URL", "", 1);
  EXPECT_EQ(default_data_url(), "https://storage.googleapis.com/tensorflow/tf-keras-datasets/");
  setenv("REPRISE_DATA_URL", "http://127.0.0.1/", 1);
  EXPECT_EQ(default_data_url(), "http://127.0.0.1/");
  kept.empty() ? unsetenv("REPRISE_DATA_URL") : setenv("REPRISE_DATA_URL", kept.c_str(), 1);
}

}  // namespace
}  // namespace reprise
