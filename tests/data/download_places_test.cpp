// Downloads by several processes, into directories that are not writable, and from hosts that do
// not exist or are not trusted.
#include <fcntl.h>

#include "reprise/core/on_signal.hpp"
#include "tests/data/download_case.hpp"

namespace reprise {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;
using testing::content_of;
using testing::names_in;

class DownloadPlacesTest : public testing::DownloadCase {};

TEST_F(DownloadPlacesTest, TwoProcessesDownloadOnce) {
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

TEST_F(DownloadPlacesTest, ManyProcessesDownloadOnce) {
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

TEST_F(DownloadPlacesTest, AnInterruptLeavesThePartAndAKillNoLock) {
  for (const int signal : {SIGINT, SIGKILL}) {
    const std::string behaviour = "slow/" + std::to_string(signal);
    const pid_t child = start([&] {
      std::signal(SIGINT, SIG_DFL);  // background processes of a shell ignore it
      remove_temporary_files_on_signals();
      dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);  // hide the message "interrupted"
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

TEST_F(DownloadPlacesTest, NamesFoldersThatAreNotWritable) {
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
  const bool root = geteuid() == 0;  // root may write anywhere
  ASSERT_EQ(seteuid(root ? 65534 : geteuid()), 0);
  EXPECT_THAT(line_in(folder_), HasSubstr("some.npz.part: cannot be written: Permission denied"));
  ASSERT_EQ(seteuid(root ? 0 : geteuid()), 0);
  fs::permissions(folder_, fs::perms(0755));
  EXPECT_THAT(server_->ranges(), IsEmpty());
}

TEST_F(DownloadPlacesTest, NamesUnreachableHosts) {
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

TEST_F(DownloadPlacesTest, VerifiesTls) {
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

}  // namespace
}  // namespace reprise
