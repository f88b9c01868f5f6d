#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/cli/connect/envelope.h"
#include "services/cli/connect/web_socket.h"
#include "services/cli/connect/web_socket_frames.h"

namespace muster::cli {
namespace {

struct Seen {
  int kind;
  std::string text;
  bool operator==(const Seen&) const = default;
};

TEST(EnvelopeTest, PutsMessagesTogetherAtAnySplit) {
  const std::string body = MakeEnvelope("one") + MakeEnvelope("") + MakeEnvelope(std::string(300, 'x'));
  for (size_t split = 0; split <= body.size(); ++split) {
    EnvelopeReader reader;
    std::vector<std::string> messages;
    const auto keep = [&](unsigned char, std::string_view message) {
      messages.emplace_back(message);
      return true;
    };
    ASSERT_TRUE(reader.Feed(std::string_view(body).substr(0, split), keep));
    ASSERT_TRUE(reader.Feed(std::string_view(body).substr(split), keep));
    ASSERT_EQ(messages, (std::vector<std::string>{"one", "", std::string(300, 'x')})) << split;
  }
}

TEST(EnvelopeTest, StopsWhenTheReaderHasEnough) {
  EnvelopeReader reader;
  int seen = 0;
  EXPECT_FALSE(reader.Feed(MakeEnvelope("a") + MakeEnvelope("b"), [&](unsigned char, std::string_view) {
    ++seen;
    return false;
  }));
  EXPECT_EQ(seen, 1);
}

TEST(EnvelopeTest, RefusesAnAbsurdLength) {
  EnvelopeReader reader;
  EXPECT_FALSE(
      reader.Feed(std::string("\x00\x7f\xff\xff\xff", 5), [](unsigned char, std::string_view) { return true; }));
}

class WebSocketReaderTest : public testing::Test {
 protected:
  bool Feed(const std::string& bytes) {
    return reader_.Feed(bytes, [this](Opcode opcode, std::string_view text) {
      seen_.push_back({static_cast<int>(opcode), std::string(text)});
    });
  }
  WebSocketReader reader_;
  std::vector<Seen> seen_;
};

// The frames are those of RFC 6455, section 5.7.
TEST_F(WebSocketReaderTest, ReadsAWholeMessage) {
  EXPECT_TRUE(Feed(std::string("\x81\x05Hello", 7)));
  EXPECT_EQ(seen_, (std::vector<Seen>{{1, "Hello"}}));
}

TEST_F(WebSocketReaderTest, JoinsFragmentsAroundAPing) {
  EXPECT_TRUE(Feed(std::string("\x01\x03Hel", 5)));
  EXPECT_TRUE(Feed(std::string("\x89\x02hi", 4)));
  EXPECT_TRUE(Feed(std::string("\x80\x02lo", 4)));
  EXPECT_EQ(seen_, (std::vector<Seen>{{9, "hi"}, {1, "Hello"}}));
}

TEST_F(WebSocketReaderTest, ReadsLongMessagesByteByByte) {
  const std::string text(70'000, 'y');
  std::string frame("\x81\x7f\x00\x00\x00\x00\x00\x01\x11\x70", 10);
  frame += text;
  for (const char byte : frame) {
    ASSERT_TRUE(Feed(std::string(1, byte)));
  }
  EXPECT_EQ(seen_, (std::vector<Seen>{{1, text}}));
}

TEST_F(WebSocketReaderTest, RefusesMaskedFramesAndAbsurdLengths) {
  EXPECT_FALSE(Feed(std::string("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11)));
  EXPECT_FALSE(WebSocketReader().Feed(std::string("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10),
                                      [](Opcode, std::string_view) {}));
}

TEST(WebSocketFrameTest, MasksWhatTheClientSends) {
  EXPECT_EQ(MakeClientFrame(Opcode::kText, "Hello", 0x37fa213d), "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
}

TEST(WebSocketFrameTest, KnowsTheProofOfTheServer) {
  // RFC 6455, section 1.3.
  EXPECT_EQ(WebSocketAcceptOf("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

}  // namespace
}  // namespace muster::cli
