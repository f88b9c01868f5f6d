#include "services/registry/store/key_mark.h"

#include <gmock/gmock.h>

#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {
namespace {

using ::testing::HasSubstr;

class KeyMarkTest : public RegistryFixture {
 protected:
  static security::KeyRing NewKeys() { return security::KeyRing::Generate(SystemRandom()); }
  /// The keys of `newer` before those of `older`, as a file has them after a rotation.
  static security::KeyRing Rotated(const security::KeyRing& newer, const security::KeyRing& older) {
    std::vector<security::SensitiveText> keys;
    for (const security::KeyRing& ring : {newer, older}) {
      for (const security::SecretKey& key : ring.keys()) {
        keys.emplace_back(std::string(key.bytes.Reveal()));
      }
    }
    return security::KeyRing(std::move(keys));
  }
  absl::Status Check(const security::KeyRing& wrapping, const security::KeyRing& index) {
    return CheckKeys(*database_, wrapping, index);
  }
};

TEST_F(KeyMarkTest, TheSameKeysOpenTheStoreAgainAndAgain) {
  const security::KeyRing wrapping = NewKeys();
  const security::KeyRing index = NewKeys();
  EXPECT_OK(Check(wrapping, index));
  EXPECT_OK(Check(wrapping, index));
}

TEST_F(KeyMarkTest, AnotherWrappingKeyIsRefusedByName) {
  const security::KeyRing index = NewKeys();
  ASSERT_OK(Check(NewKeys(), index));
  const absl::Status status = Check(NewKeys(), index);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("keys/field_wrapping.key"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("backup of the keys"));
}

TEST_F(KeyMarkTest, AnotherIndexKeyIsRefusedAlsoBesideTheOldOne) {
  const security::KeyRing wrapping = NewKeys();
  const security::KeyRing index = NewKeys();
  ASSERT_OK(Check(wrapping, index));
  EXPECT_THAT(std::string(Check(wrapping, NewKeys()).message()), HasSubstr("keys/blind_index.key"));
  EXPECT_THAT(std::string(Check(wrapping, Rotated(NewKeys(), index)).message()), HasSubstr("keys/blind_index.key"));
  EXPECT_OK(Check(wrapping, index));
}

TEST_F(KeyMarkTest, AKeyMayBeRotatedAndItsPredecessorRemovedLater) {
  const security::KeyRing index = NewKeys();
  const security::KeyRing first = NewKeys();
  const security::KeyRing second = NewKeys();
  ASSERT_OK(Check(first, index));
  EXPECT_OK(Check(Rotated(second, first), index));
  EXPECT_OK(Check(second, index));
  EXPECT_FALSE(Check(first, index).ok());
}

TEST_F(KeyMarkTest, AStoreThatWasWrittenBeforeTheMarksIsOpenedByItsOwnKeysOnly) {
  const pb::Organization organization = MakeOrganization();
  pb::CreateMemberRequest member;
  member.set_request_id(NewRequestId());
  member.mutable_member()->set_organization_id(organization.id());
  member.mutable_member()->set_name("张三");
  member.mutable_member()->set_phone("19900000002");
  ASSERT_OK(Invoke<pb::Member>("manager", "CreateMember", member));
  EXPECT_THAT(std::string(Check(NewKeys(), NewKeys()).message()), HasSubstr("keys/field_wrapping.key"));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM key_mark"), 0) << "what is refused is not noted";
  EXPECT_OK(Check(keys_, NewKeys()));
}

}  // namespace
}  // namespace muster::registry
