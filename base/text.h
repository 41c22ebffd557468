// Text in UTF-8: validity, whitespace, case, and the escaping of bytes that come from outside.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace offprint {

bool iequals(std::string_view a, std::string_view b);
bool istarts_with(std::string_view s, std::string_view prefix);
/// Position of `needle` without regard to ASCII case, or npos.
std::size_t ifind(std::string_view s, std::string_view needle, std::size_t from = 0);
/// ASCII letters only; other bytes stay.
std::string ascii_lower(std::string_view s);
/// ASCII whitespace off both ends.
std::string_view trim(std::string_view s);
std::vector<std::string_view> split(std::string_view s, char sep);
std::string replace_all(std::string s, std::string_view from, std::string_view to);

/// Decodes one code point at `i` and moves `i` behind it. An ill-formed byte gives
/// U+FFFD and moves one byte on.
char32_t next_code_point(std::string_view s, std::size_t& i);
void append_utf8(std::string& out, char32_t c);
bool valid_utf8(std::string_view s);
bool is_ascii(std::string_view s);
/// Ill-formed sequences become U+FFFD; control characters other than \n and \t are dropped.
std::string clean_utf8(std::string_view s);

/// Runs of whitespace (Unicode too: no-break space, ideographic space) become one
/// space, both ends are trimmed, invisible characters (soft hyphen, zero-width space, BOM) go.
std::string collapse_space(std::string_view s);
/// Full Unicode case folding and NFKC, for comparing.
std::string fold(std::string_view s);
/// First characters of `s`, at most `max_bytes`, cut at a code point.
std::string_view clip(std::string_view s, std::size_t max_bytes);
/// Number of code points.
std::size_t length_utf8(std::string_view s);
bool is_upper(char32_t c);
bool is_letter(char32_t c);
/// Letter or number of any script, or '_': \w of Unicode regular expressions.
bool is_word_char(char32_t c);
/// Whitespace of any script, invisible separators of ASCII too.
bool is_space(char32_t c);
/// Full Unicode case folding alone, and NFKC alone.
std::string casefold(std::string_view s);
std::string nfkc(std::string_view s);

/// Words, where a CJK character counts as a word of its own.
std::vector<std::string_view> words(std::string_view s);

/// The words of `s`, folded, with a space behind each: for comparing texts that differ
/// in case, spacing and punctuation.
std::string word_key(std::string_view s);

/// For logs and terminals: control characters and ill-formed bytes as \xHH.
std::string printable(std::string_view s);
/// For HTML text and attributes.
std::string html_escape(std::string_view s);

/// `s` as a JSON string with its quotes (RFC 8259); ill-formed UTF-8 becomes U+FFFD.
std::string json_quote(std::string_view s);

/// RFC 4648 base64 with padding (no line breaks).
std::string base64(std::string_view bytes);
/// RFC 4648 base64 (no line breaks); decode skips what is not of the alphabet.
std::string base64_decode(std::string_view s);

}  // namespace offprint
