package io.gobstopper.actuate;

import java.util.List;
import java.util.Random;

/**
 * Texts that have broken other programs, and random ones.
 */
final class HostileInput {

	private static final List<String> KNOWN = List.of("", " ", "'", "''", "\"", "\\", "%", "_", "%%", "\u0000",
			"a\u0000b", "'; drop table gobstopper_task; --", "' or '1'='1", "\" or 1=1 --",
			"') union select * from duckdb_settings() --", "$1", "?", ":name", "{}", "[]", "[[", "{\"a\":", "null",
			"true", "NaN", "Infinity", "-1", "0", "1e999", "99999999999999999999", "../../../../etc/passwd", "..%2f..",
			"/etc/passwd", "file:///etc/passwd", "C:\\con", "<script>alert(1)</script>",
			"\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "&lt;b&gt;", "${jndi:ldap://localhost/a}",
			"#{T(java.lang.Runtime).getRuntime().exit(1)}", "%s%n%x", "\r\nSet-Cookie: a=b", "\u202Egnp.exe", "\u200B",
			"\uFEFF", "\uD83D\uDE00", "\uD800", "\uDC00x", "e\u0301", "\u0130", "\u00DF", "2026-01-01T00:00:00Z",
			"2026-13-45T99:99:99Z", "+999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z", "started", "STARTED",
			"success", "tasks", "categories", "cancel", "retry", "pause", "resize",
			"00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-00000000000g");

	private static final int LONGEST_RANDOM = 40;

	private static final int LONG = 1000;

	private final Random random;

	HostileInput(Random random) {
		this.random = random;
	}

	String text() {
		return switch (this.random.nextInt(10)) {
			case 0 -> randomText(LONGEST_RANDOM);
			case 1 -> known() + known();
			case 2 -> known().repeat(1 + this.random.nextInt(20));
			case 3 -> (this.random.nextInt(20) == 0) ? "[".repeat(LONG) : known();
			default -> known();
		};
	}

	// A JSON value, mostly of a type that nobody expects.
	String json() {
		return switch (this.random.nextInt(9)) {
			case 0 -> Integer.toString(this.random.nextInt());
			case 1 -> "1e" + this.random.nextInt(400);
			case 2 -> "[" + quoted() + "," + quoted() + "]";
			case 3 -> "{" + quoted() + ":" + quoted() + "}";
			case 4 -> "null";
			case 5 -> "true";
			case 6 -> "{" + this.random.nextInt();
			default -> quoted();
		};
	}

	private String quoted() {
		StringBuilder quoted = new StringBuilder("\"");
		text().chars().forEach((character) -> quoted.append("\\u%04x".formatted(character)));
		return quoted.append('"').toString();
	}

	private String known() {
		return KNOWN.get(this.random.nextInt(KNOWN.size()));
	}

	private String randomText(int longest) {
		return this.random.ints(this.random.nextInt(longest), 0, 0x3000)
			.collect(StringBuilder::new, (text, character) -> text.append((char) character), StringBuilder::append)
			.toString();
	}

}
