#include "services/cli/demo_city/words.h"

#include <array>

namespace muster::demo {
namespace {

constexpr std::array<std::string_view, 60> kFamilyNames{
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高",
    "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧",
    "程", "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "蔡", "贾",
    "丁", "魏", "薛", "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪", "田", "任", "姜"};

constexpr std::array<std::string_view, 80> kGivenNames{
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明",
    "超", "霞", "平", "刚", "英", "华", "文", "玉", "建", "国", "志", "晓", "春", "梅", "兰", "红",
    "海", "波", "宁", "鹏", "飞", "雪", "慧", "颖", "嘉", "欣", "怡", "佳", "俊", "宇", "浩", "轩",
    "子", "涵", "梓", "萱", "思", "远", "彬", "琳", "倩", "婷", "峰", "龙", "凯", "瑞", "晨", "阳",
    "清", "莉", "蓉", "荣", "德", "胜", "学", "林", "山", "云", "月", "星", "安", "康", "乐", "义"};

constexpr std::array<std::string_view, 20> kBrandFirst{"晨", "暖", "同", "春", "清", "和", "安", "星", "海", "云",
                                                       "青", "明", "益", "悦", "心", "信", "诚", "善", "乐", "康"};
constexpr std::array<std::string_view, 20> kBrandSecond{"曦", "阳", "行", "风", "泉", "谐", "泰", "辰", "川", "帆",
                                                        "禾", "德", "众", "享", "桥", "义", "美", "家", "光", "语"};

constexpr std::array<std::string_view, 10> kStreetFirst{"云", "石", "南", "北", "金", "玉", "青", "白", "长", "新"};
constexpr std::array<std::string_view, 10> kStreetSecond{"溪", "桥", "浦", "塘", "泾", "湾", "庄", "渡", "荡", "圩"};

constexpr std::array<std::string_view, 12> kRoads{"和平", "建设", "人民", "文化", "新华", "滨河",
                                                  "学府", "东环", "西环", "南园", "北园", "中心"};

constexpr std::array<std::string_view, 10> kNumbers{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};

std::string Text(std::string_view view) { return std::string(view); }

}  // namespace

std::string StreetName(size_t n) {
  const std::string name = Text(kStreetFirst[n / 10 % 10]) + Text(kStreetSecond[n % 10]);
  return name + (n % 3 == 0 ? "镇" : "街道");
}

std::string PersonName(Draw& draw) {
  // One after the other: the order in which the operands of + are evaluated is not fixed.
  std::string name = Text(draw.Of(kFamilyNames));
  name += draw.Of(kGivenNames);
  return draw.Chance(0.75) ? name + Text(draw.Of(kGivenNames)) : name;
}

std::string BrandName(Draw& draw) {
  const std::string_view first = draw.Of(kBrandFirst);
  return Text(first) + Text(draw.Of(kBrandSecond));
}

std::string RoadAddress(Draw& draw) {
  const std::string_view road = draw.Of(kRoads);
  return Text(road) + "路" + std::to_string(draw.Between(1, 600)) + "号";
}

std::string ChineseNumber(int number) {
  return number >= 1 && number <= 10 ? Text(kNumbers[static_cast<size_t>(number - 1)]) : std::to_string(number);
}

}  // namespace muster::demo
