#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "muster/rpc/grpc_peer.h"
#include "muster/rpc/grpc_server.h"
#include "muster/rpc/local_peer.h"
#include "muster/security/certificate.h"
#include "muster/security/key_file.h"
#include "muster/telemetry/log.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/rpc/echo_service.h"

namespace muster::testing {

/// An echo service behind a server of its own on TCP.
class Instance {
 public:
  explicit Instance(const std::optional<rpc::TlsFiles>& tls, const std::string& address = "127.0.0.1:0",
                    const std::function<void(rpc::MethodTable&)>& add_methods = {}) {
    echo.Register(table);
    if (add_methods) {
      add_methods(table);
    }
    pipeline = std::make_unique<rpc::CallPipeline>(table, TestChecks(), rpc::PipelineOptions(), SystemClock());
    auto started = rpc::GrpcServer::Start(*pipeline, {.listen = {address}, .tls = tls});
    EXPECT_OK(started);
    server = *std::move(started);
  }
  int port() const { return server->ports().front(); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port()); }

  EchoService echo;
  rpc::MethodTable table;
  std::unique_ptr<rpc::CallPipeline> pipeline;
  std::unique_ptr<rpc::GrpcServer> server;
};

/// Certificates in a folder, and the lines of the log.
class TlsFixture : public ::testing::Test {
 protected:
  TlsFixture() { telemetry::SetLogger(&logger_); }
  ~TlsFixture() override { telemetry::SetLogger(nullptr); }

  static security::CertifiedKey NewAuthority() {
    const Time now = SystemClock().Now();
    return security::MakeAuthority(
        {.common_name = "test", .names = {}, .begin = now - std::chrono::hours(2), .end = now + std::chrono::hours(2)});
  }

  /// The files of a service with a certificate that has `left` to live, in a folder of their own.
  rpc::TlsFiles Issue(const std::string& service, Duration left = std::chrono::hours(1)) {
    return IssueBy(authority_, service, left);
  }
  rpc::TlsFiles IssueBy(const security::CertifiedKey& authority, const std::string& service,
                        Duration left = std::chrono::hours(1)) {
    const auto folder = folder_.path() / std::to_string(++folders_);
    std::filesystem::create_directory(folder);
    const rpc::TlsFiles files = {.certificate = (folder / "own.pem").string(),
                                 .key = (folder / "own.key").string(),
                                 .authority = (folder / "authority.pem").string()};
    Renew(files, authority, service, left);
    Put(files.authority, authority.certificate);
    return files;
  }
  /// Puts a new key and a new certificate in place of the old ones.
  void Renew(const rpc::TlsFiles& files, const security::CertifiedKey& authority, const std::string& service,
             Duration left = std::chrono::hours(1)) {
    const security::SensitiveText key = security::MakePrivateKey();
    const Time now = SystemClock().Now();
    const auto certificate = security::IssueCertificate(authority, key,
                                                        {.common_name = "muster-" + service,
                                                         .names = {"muster-" + service},
                                                         .begin = now - std::chrono::hours(1),
                                                         .end = now + left});
    ASSERT_OK(certificate);
    Put(files.key, key.Reveal());
    Put(files.certificate, *certificate);
  }
  static void Put(const std::string& path, const std::string& content) {
    ASSERT_OK(security::WriteSecretFile(path, content));
  }

  static std::unique_ptr<rpc::Peer> Connect(const std::string& target, const std::optional<rpc::TlsFiles>& tls,
                                            const std::string& service = "registry") {
    return rpc::MakeGrpcPeer({.target = target, .tls = tls, .service = service}, SystemClock());
  }
  static std::unique_ptr<rpc::Peer> Connect(const Instance& instance, const std::optional<rpc::TlsFiles>& tls) {
    return Connect(instance.address(), tls);
  }

  template <class Condition>
  static bool Eventually(const Condition& condition, Duration patience = std::chrono::seconds(15)) {
    for (const Duration end = SystemClock().Steady() + patience; SystemClock().Steady() < end;) {
      if (condition()) {
        return true;
      }
      std::this_thread::yield();
    }
    return condition();
  }

  std::vector<std::string> Lines() {
    MutexLock lock(mutex_);
    return lines_;
  }

  const std::filesystem::path& folder() const { return folder_.path(); }

  const security::CertifiedKey authority_ = NewAuthority();

 private:
  TempDir folder_;
  int folders_ = 0;
  Mutex mutex_;
  std::vector<std::string> lines_;
  telemetry::Logger logger_{{.service = "test", .write = [this](std::string_view line) {
                               MutexLock lock(mutex_);
                               lines_.emplace_back(line);
                             }}};
};

}  // namespace muster::testing
