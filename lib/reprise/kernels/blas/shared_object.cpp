#include "reprise/kernels/blas/shared_object.hpp"

#include <dlfcn.h>

#include <filesystem>

#include "reprise/core/error.hpp"

namespace reprise {

SharedObject::SharedObject(const std::string& file)
    : name_(file), handle_(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ != nullptr) return;
  const char* const reason = dlerror();
  throw Error(printable(file) + ": found no shared library that can be loaded (" +
                  printable(reason != nullptr ? reason : "no reason given") + ")",
              ExitCode::missing);
}

void* SharedObject::address_of(const std::string& name) const {
  return dlsym(handle_, name.c_str());
}

std::string SharedObject::file_of(const std::string& function) const {
  Dl_info info{};
  void* const address = address_of(function);
  if (address == nullptr || dladdr(address, &info) == 0 || info.dli_fname == nullptr) return name_;
  std::error_code failed;
  const auto file = std::filesystem::canonical(info.dli_fname, failed);
  return failed ? info.dli_fname : file.string();
}

}  // namespace reprise
