#include "services/gateway/http/header_check.h"

#include <gtest/gtest.h>

#include <string>

namespace muster::gateway {
namespace {

std::string Block(const std::string& fields, const std::string& line = "POST /a.B/C HTTP/1.1") {
  return line + "\r\nHost: x\r\n" + fields + "\r\n";
}
int Check(const std::string& block) { return CheckHeader(block, HeaderLimits()); }

TEST(HeaderCheckTest, AcceptsOrdinaryRequests) {
  EXPECT_EQ(Check(Block("Content-Length: 5\r\nContent-Type: application/json\r\n")), 0);
  EXPECT_EQ(Check(Block("Transfer-Encoding: chunked\r\n")), 0);
  EXPECT_EQ(Check(Block("X-Empty:\r\nX-Tab: a\tb\r\n")), 0);
  EXPECT_EQ(Check("GET /livez HTTP/1.0\r\n\r\n"), 0) << "HTTP/1.0 has no host";
}

TEST(HeaderCheckTest, RefusesWhatTwoParsersCouldReadDifferently) {
  for (const char* fields : {
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Content-Length: 5\r\nContent-Length: 6\r\n",
           "Content-Length: 5\r\nContent-Length: 5\r\n",
           "Content-Length: 5, 5\r\n",
           "Content-Length: +5\r\n",
           "Content-Length: -5\r\n",
           "Content-Length: 0x5\r\n",
           "Content-Length: 99999999999999999999\r\n",
           "Content-Length:\r\n",
           "Transfer-Encoding: chunked, gzip\r\n",
           "Transfer-Encoding: gzip\r\n",
           "Transfer-Encoding: identity\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Content-Length : 5\r\n",
           "Content Length: 5\r\n",
           "X-A: 1\r\n folded: 2\r\n",
           "X-A: 1\r\n\tfolded\r\n",
           " X-A: 1\r\n",
           "NoColon\r\n",
           ": empty name\r\n",
           "X-A: \x01\r\n",
           "X-A: \x7f\r\n",
           "Host: y\r\n",
           "X-A: 1\n",
           "X-A: a\rb\r\n",
       }) {
    EXPECT_EQ(Check(Block(fields)), 400) << fields;
  }
  EXPECT_EQ(Check(Block(std::string("X-A: a\0b\r\n", 10))), 400);
  EXPECT_EQ(Check("POST /a HTTP/1.1\r\n\r\n"), 400) << "no host";
}

TEST(HeaderCheckTest, RefusesBadRequestLines) {
  for (const char* line : {"POST  HTTP/1.1", "POST /a b HTTP/1.1", "POST /a", "/a HTTP/1.1", "PO(ST /a HTTP/1.1",
                           "POST http://evil/a HTTP/1.1", "POST a HTTP/1.1", "POST /a\x80 HTTP/1.1",
                           "GET /a#b HTTP/1.1", "POST /a JUNK/1.1"}) {
    EXPECT_EQ(Check(Block("", line)), 400) << line;
  }
  EXPECT_EQ(Check(Block("", "PRI /a HTTP/2.0")), 505);
}

TEST(HeaderCheckTest, KeepsTheLimits) {
  EXPECT_EQ(Check(Block("", "GET /" + std::string(2047, 'a') + " HTTP/1.1")), 0);
  EXPECT_EQ(Check(Block("", "GET /" + std::string(2048, 'a') + " HTTP/1.1")), 414);
  std::string fields;
  for (int i = 0; i < 63; ++i) {
    fields += "X-" + std::to_string(i) + ": 1\r\n";
  }
  EXPECT_EQ(Check(Block(fields)), 0);
  EXPECT_EQ(Check(Block(fields + "X-63: 1\r\n")), 431);
  EXPECT_EQ(Check(Block("X-A: " + std::string(8192, 'a') + "\r\n")), 431);
}

TEST(HeaderCheckTest, DoesNotWaitForTheEndOfWhatWillNeverBeAHeader) {
  const HeaderLimits limits;
  EXPECT_EQ(CheckPartialHeader("POST /a HTTP/1.1\r\nHost", limits), 0);
  EXPECT_EQ(CheckPartialHeader("POST /a HTTP/1.1\r", limits), 0) << "the line feed may come next";
  EXPECT_EQ(CheckPartialHeader("POST /a HTTP/1.1\nHost", limits), 400);
  EXPECT_EQ(CheckPartialHeader(std::string("\x16\x03\x01\0", 4), limits), 400) << "TLS on a plain port";
  EXPECT_EQ(CheckPartialHeader(std::string(9000, 'a'), limits), 414);
  EXPECT_EQ(CheckPartialHeader("GET / HTTP/1.1\r\n" + std::string(9000, 'a'), limits), 431);
}

}  // namespace
}  // namespace muster::gateway
