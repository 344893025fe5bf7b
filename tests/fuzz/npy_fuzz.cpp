// An array in a zip file whose checksum is right, so that every change reaches the reader of .npy.
#include "reprise/data/npz.hpp"

#include "reprise/data/zip.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  const auto bytes = std::as_bytes(std::span(data, size));
  const ZipMember member{"a.npy", {bytes.begin(), bytes.end()}};
  const auto archive = zip_archive(std::span(&member, 1), "input");
  const auto* zip = reinterpret_cast<const std::uint8_t*>(archive.data());
  const Npz npz(fuzz::file_of(zip, archive.size(), ".npz"));
  fuzz::accept_or_refuse([&] { npz.array("a").as_doubles(); });
  fuzz::accept_or_refuse([&] { npz.doubles("a", 2); });
  fuzz::accept_or_refuse([&] { npz.bytes("a", 3); });
  fuzz::accept_or_refuse([&] { npz.integers("a"); });
  fuzz::accept_or_refuse([&] { npz.lists("a"); });
  return 0;
}
