#include "reprise/data/transfer.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <exception>
#include <memory>
#include <optional>

#include "reprise/core/error.hpp"

namespace reprise {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;  // limit for files of unknown size

struct Closer {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
};

std::string scheme_of(const std::string& url) {
  const std::unique_ptr<CURLU, Closer> parsed(curl_url());
  char* scheme = nullptr;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK) {
    return "";
  }
  return std::unique_ptr<char, Closer>(scheme).get();
}

// The first byte and the total size in "bytes 100-999/1000"; "*" is an unknown size.
struct ContentRange {
  std::uint64_t first = 0;
  std::optional<std::uint64_t> total;
};
std::optional<ContentRange> parse_content_range(std::string_view text) {
  ContentRange range;
  const auto number = [](std::string_view digits, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  const auto dash = text.find('-'), slash = text.find('/');
  if (!text.starts_with("bytes ") || dash == text.npos || slash == text.npos ||
      !number(text.substr(6, dash - 6), range.first)) {
    return {};
  }
  if (const auto total = text.substr(slash + 1); total != "*") {
    if (!number(total, range.total.emplace())) return {};
  }
  return range;
}

class Transfer {
 public:
  Transfer(const DataFile& file, PartFile& part, const DownloadOptions& options)
      : file_(file), part_(part), options_(options), url_(url_of(options.base_url, file.name)) {
    static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (initialized == CURLE_OK) curl_.reset(curl_easy_init());
    if (curl_ == nullptr) fail("libcurl cannot be initialized");
  }

  TransferEnd run() {
    set_options();
    const CURLcode code = curl_easy_perform(curl_.get());
    if (failure_) std::rethrow_exception(failure_);
    if (restart_) return {false, "the server sent another range than the requested one"};
    if (code != CURLE_OK) return classify(code);
    const long status = info<long>(CURLINFO_RESPONSE_CODE);
    if (status != 200 && status != 206) fail(fmt::format("the server answered {}", status));
    if (part_.size() == 0 || (!options_.unverified && part_.size() < file_.bytes)) {
      return {false, fmt::format("found {} bytes, expected {}", part_.size(), file_.bytes),
              ExitCode::usage};
    }
    return {true};
  }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    if (curl_easy_setopt(curl_.get(), option, value) != CURLE_OK) {
      fail("this libcurl is too old, expected version 7.85 or newer");
    }
  }
  template <class T>
  T info(CURLINFO what) const {
    T value = 0;
    curl_easy_getinfo(curl_.get(), what, &value);
    return value;
  }
  [[noreturn]] void fail(const std::string& why, ExitCode code = ExitCode::missing) const {
    throw Error(fmt::format("{}: {}", printable(url_), printable(why)), code);
  }

  void set_options() {
    const std::string scheme = scheme_of(url_);
    set(CURLOPT_URL, url_.c_str());
    set(CURLOPT_PROTOCOLS_STR, scheme.c_str());
    set(CURLOPT_REDIR_PROTOCOLS_STR, scheme.c_str());
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, 5L);
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_FAILONERROR, 1L);  // do not take the body of a 404 for the file
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, "reprise");
    set(CURLOPT_CONNECTTIMEOUT_MS, std::lround(options_.connect_timeout * 1000));
    set(CURLOPT_LOW_SPEED_LIMIT, 100L);
    set(CURLOPT_LOW_SPEED_TIME, std::lround(options_.stall_timeout));
    set(CURLOPT_ERRORBUFFER, error_);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    if (part_.size() > 0) set(CURLOPT_RANGE, fmt::format("{}-", part_.size()).c_str());
  }

  // Called from C: exceptions are stored and rethrown after curl_easy_perform.
  static std::size_t on_body(char* data, std::size_t, std::size_t bytes, void* transfer) {
    auto& self = *static_cast<Transfer*>(transfer);
    try {
      return self.take({data, bytes}) ? bytes : 0;
    } catch (...) {
      self.failure_ = std::current_exception();
      return 0;
    }
  }

  bool take(std::string_view bytes) {
    if (!begun_) begin();
    if (restart_) return false;
    if (part_.size() + bytes.size() > (options_.unverified ? kMaxBytes : file_.bytes)) {
      fail_length("more than " + std::to_string(options_.unverified ? kMaxBytes : file_.bytes));
    }
    part_.append(bytes);
    received_ += bytes.size();
    if (options_.observer) {
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - since_;
      options_.observer({file_.name, part_.size(), total_,
                         static_cast<double>(received_) / std::max(seconds.count(), 1e-9)});
    }
    return true;
  }

  // Called when the headers have arrived: checks whether the file or the requested range follows.
  void begin() {
    begun_ = true;
    const long status = info<long>(CURLINFO_RESPONSE_CODE);
    const auto length = info<curl_off_t>(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
    std::optional<std::uint64_t> found;
    if (status == 206) {
      curl_header* header = nullptr;
      std::optional<ContentRange> range;
      if (curl_easy_header(curl_.get(), "Content-Range", 0, CURLH_HEADER, -1, &header) ==
          CURLHE_OK) {
        range = parse_content_range(header->value);
      }
      restart_ = !range || range->first != part_.size();
      if (range) found = range->total;
    } else if (status == 200) {
      if (length >= 0) found = static_cast<std::uint64_t>(length);
    } else {
      fail(fmt::format("the server answered {}", status));
    }
    if (restart_ || status == 200) part_.clear();
    if (!options_.unverified && found && *found != file_.bytes) {
      fail_length(std::to_string(*found));
    }
    total_ = options_.unverified ? found.value_or(0) : file_.bytes;
  }

  [[noreturn]] void fail_length(const std::string& found) {
    part_.clear();
    fail(fmt::format("found {} bytes, expected {}", found, file_.bytes), ExitCode::usage);
  }

  // Decides whether another attempt may help: throws if not.
  TransferEnd classify(CURLcode code) {
    const std::string reason = error_[0] != '\0' ? error_ : curl_easy_strerror(code);
    const long status = info<long>(CURLINFO_RESPONSE_CODE);
    switch (code) {
      case CURLE_HTTP_RETURNED_ERROR: {
        if (status == 416) part_.clear();  // the range starts behind the end of the file
        const std::string answer = fmt::format("the server answered {}", status);
        if (status < 500 && status != 408 && status != 416 && status != 429) fail(answer);
        return {false, answer};
      }
      case CURLE_OPERATION_TIMEDOUT:
        // if there was no connection at all, a retry after half a second will not help
        if (info<curl_off_t>(CURLINFO_CONNECT_TIME_T) == 0) fail(reason);
        return {false, reason};
      case CURLE_PARTIAL_FILE:
      case CURLE_RECV_ERROR:
      case CURLE_SEND_ERROR:
      case CURLE_GOT_NOTHING:
      case CURLE_HTTP2:
      case CURLE_HTTP2_STREAM: return {false, reason};
      case CURLE_UNSUPPORTED_PROTOCOL:
        if (status >= 300 && status < 400) {
          fail(fmt::format("redirect to another scheme than {} refused: {}", scheme_of(url_),
                           reason));
        }
        fail(reason);
      case CURLE_PEER_FAILED_VERIFICATION:
      case CURLE_SSL_CACERT_BADFILE:
        fail(reason + " (the package ca-certificates provides the known authorities)");
      default: fail(reason);
    }
  }

  const DataFile& file_;
  PartFile& part_;
  const DownloadOptions& options_;
  std::string url_;
  std::unique_ptr<CURL, Closer> curl_;
  char error_[CURL_ERROR_SIZE] = "";
  std::exception_ptr failure_;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
  std::uint64_t received_ = 0, total_ = 0;
  bool begun_ = false, restart_ = false;
};

}  // namespace

void check_base_url(const std::string& base_url) {
  const std::string scheme = scheme_of(base_url);
  if (scheme != "http" && scheme != "https") {
    throw Error(
        fmt::format("base URL '{}': expected http://... or https://...", printable(base_url)));
  }
}

std::string url_of(const std::string& base_url, const std::string& name) {
  return base_url + (base_url.ends_with('/') ? "" : "/") + name;
}

TransferEnd transfer(const DataFile& file, PartFile& part, const DownloadOptions& options) {
  return Transfer(file, part, options).run();
}

}  // namespace reprise
