// Downloads from a server that breaks connections, gives wrong answers and redirects
// (loopback_server.py).
#include "tests/data/download_case.hpp"

namespace reprise {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::content_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kBytes;
using testing::names_in;

class DownloadTest : public testing::DownloadCase {};

TEST_F(DownloadTest, DownloadsAndReportsProgress) {
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

TEST_F(DownloadTest, ResumesBrokenConnections) {
  expect_fetched("cut+cut+whole");
  EXPECT_THAT(server_->ranges(), ElementsAre("", "bytes=20000-", "bytes=30000-"));
}

TEST_F(DownloadTest, StartsOverIfTheServerIgnoresRanges) {
  expect_fetched("cut_without_range+whole_without_range");
  EXPECT_THAT(server_->ranges(), ElementsAre("", "bytes=20000-"));
}

TEST_F(DownloadTest, ResumesStalledTransfersAndUnknownLengths) {
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

TEST_F(DownloadTest, DiscardsStaleParts) {
  write_part(std::string(kBytes + 1, 'x'));  // too long
  expect_fetched("whole/1");
  fs::remove(folder_ / file_.name);
  write_part(std::string(100, 'x'));  // from another file
  expect_fetched("whole/2");
  fs::remove(folder_ / file_.name);
  write_part(std::string(kBytes, 'x'));  // right length, wrong content
  expect_fetched("whole/3");
  EXPECT_THAT(server_->ranges(), ElementsAre("", "bytes=100-", "", ""));
  fs::remove(folder_ / file_.name);
  write_part(content_);  // complete, but the process ended before renaming it
  expect_fetched("whole/4");
  EXPECT_EQ(server_->ranges().size(), 4u);
}

TEST_F(DownloadTest, HandlesUnexpectedAnswersToRanges) {
  for (const std::string behaviour : {"other_part+whole", "status416+whole", "cut_wrong+whole"}) {
    write_part(content_.substr(0, 100));
    expect_fetched(behaviour);
    fs::remove(folder_ / file_.name);
  }
  write_part(content_.substr(0, 100));
  EXPECT_THAT(line("other_file", ExitCode::usage), HasSubstr("found 40007 bytes, expected 40000"));
  EXPECT_THAT(names_in(folder_), IsEmpty());
}

TEST_F(DownloadTest, RejectsOtherLengths) {
  EXPECT_THAT(line("shorter", ExitCode::usage), HasSubstr("found 39999 bytes, expected 40000"));
  EXPECT_THAT(line("longer", ExitCode::usage), HasSubstr("found 40001 bytes, expected 40000"));
  EXPECT_EQ(server_->ranges().size(), 2u);  // without another attempt
  EXPECT_THAT(line("longer_without_length", ExitCode::usage),
              HasSubstr("found more than 40000 bytes, expected 40000"));
  EXPECT_THAT(names_in(folder_), IsEmpty());
  EXPECT_THAT(line("empty", ExitCode::usage), HasSubstr("found 0 bytes, expected 40000"));
  EXPECT_THAT(names_in(folder_), IsEmpty());
}

TEST_F(DownloadTest, RejectsOtherContent) {
  std::ofstream(scratch_.path() / "reversed", std::ios::binary)
      << std::string(content_.rbegin(), content_.rend());
  EXPECT_THAT(
      line("wrong", ExitCode::usage),
      AllOf(HasSubstr("found sha256 " + file_digest(scratch_.path() / "reversed", "sha256")),
            HasSubstr("expected " + file_.digest)));
  EXPECT_THAT(names_in(folder_), IsEmpty());
  EXPECT_EQ(server_->ranges().size(), 1u);
  expect_fetched("whole");  // nothing of the wrong file is left
}

TEST_F(DownloadTest, AcceptsOtherContentOnRequest) {
  DownloadOptions any = options("cut_wrong+shorter");
  any.unverified = true;
  write_part(content_.substr(0, 100));
  download(file_, folder_, any);
  EXPECT_TRUE(content_of(folder_ / file_.name) == content_.substr(0, kBytes - 1));
  EXPECT_THAT(server_->ranges(),
              ElementsAre("", ""));  // never resumed, since errors would go undetected
}

TEST_F(DownloadTest, ReportsA404WithoutAnotherAttempt) {
  EXPECT_THAT(line("status404", ExitCode::missing), HasSubstr("answered 404"));
  EXPECT_EQ(server_->ranges().size(), 1u);
  EXPECT_THAT(names_in(folder_), IsEmpty());
}

TEST_F(DownloadTest, RetriesAfterA500) {
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

}  // namespace
}  // namespace reprise
