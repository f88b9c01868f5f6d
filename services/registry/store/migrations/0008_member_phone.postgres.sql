-- beside the version before: yes
-- A person is looked for within an organization. With the phone alone in the index PostgreSQL, as long as it has not
-- counted the rows, takes the organization's and reads all of its members.
DROP INDEX member_by_phone;
CREATE INDEX member_by_phone ON member (phone_index, organization_id);
