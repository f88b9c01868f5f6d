#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace muster::testing {

/// A Muster with the real programs, as its clients meet it, in a folder of its own that is gone with the object.
class Deployment {
 public:
  virtual ~Deployment() = default;
  Deployment(const Deployment&) = delete;
  Deployment& operator=(const Deployment&) = delete;

  /// Where its door and the first keys are. With several doors another one may be named each time.
  virtual std::filesystem::path data_dir() const = 0;
  /// The HTTP addresses of its gateways: "http://127.0.0.1:8080".
  virtual std::vector<std::string> urls() const = 0;
  /// What it wrote last, for the message of a failure.
  virtual std::string LogTail() const = 0;

  std::string socket() const { return data_dir() / "run" / "musterd.sock"; }
  /// A file of this test's own.
  std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }

 protected:
  Deployment() = default;

 private:
  TempDir folder_;
};

}  // namespace muster::testing
