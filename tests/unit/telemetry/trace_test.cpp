#include "muster/telemetry/trace.h"

#include <gtest/gtest.h>

namespace muster::telemetry {
namespace {

constexpr char kHeader[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceTest, ReadsAndWritesTheSameHeader) {
  const auto context = ParseTraceparent(kHeader);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(context->span_id, "00f067aa0ba902b7");
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(FormatTraceparent(*context), kHeader);
}

TEST(TraceTest, ReadsTheSampledBitAmongOthers) {
  EXPECT_FALSE(ParseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02")->sampled);
  EXPECT_TRUE(ParseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff")->sampled);
}

TEST(TraceTest, ReadsALaterVersionAsFarAsItIsKnown) {
  EXPECT_TRUE(ParseTraceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
  EXPECT_FALSE(ParseTraceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more"));
}

TEST(TraceTest, IgnoresHeadersThatTheStandardForbids) {
  const std::string good = kHeader;
  EXPECT_FALSE(ParseTraceparent(""));
  EXPECT_FALSE(ParseTraceparent(good.substr(1)));
  EXPECT_FALSE(ParseTraceparent(good + "-00"));
  EXPECT_FALSE(ParseTraceparent("ff" + good.substr(2)));
  EXPECT_FALSE(ParseTraceparent("00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  EXPECT_FALSE(ParseTraceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
  EXPECT_FALSE(ParseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"));
  EXPECT_FALSE(ParseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g"));
}

TEST(TraceTest, MakesNewTracesThatParseAndDiffer) {
  SeededRandom random(1);
  const TraceContext first = NewTrace(random);
  const TraceContext second = NewTrace(random);
  EXPECT_TRUE(ParseTraceparent(FormatTraceparent(first)));
  EXPECT_NE(first.trace_id, second.trace_id);
}

TEST(TraceTest, KeepsTheTraceAndDecisionInAChild) {
  SeededRandom random(1);
  const TraceContext parent{.trace_id = std::string(32, 'a'), .span_id = std::string(16, 'b'), .sampled = false};
  const TraceContext child = ChildOf(parent, random);
  EXPECT_EQ(child.trace_id, parent.trace_id);
  EXPECT_NE(child.span_id, parent.span_id);
  EXPECT_FALSE(child.sampled);
}

TEST(TraceTest, PutsBackTheOuterTraceAtTheEndOfAScope) {
  EXPECT_EQ(CurrentTrace(), nullptr);
  ScopedTrace outer({.trace_id = "outer", .span_id = "1"});
  {
    ScopedTrace inner({.trace_id = "inner", .span_id = "2"});
    EXPECT_EQ(CurrentTrace()->trace_id, "inner");
  }
  EXPECT_EQ(CurrentTrace()->trace_id, "outer");
}

}  // namespace
}  // namespace muster::telemetry
