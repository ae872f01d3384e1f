package io.gobstopper.store.sql;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import org.springframework.util.DigestUtils;

/**
 * Where the tables are that statements name.
 *
 * @param prefix what stands before the name of each
 */
public record TableNames(String prefix) {

	/**
	 * Where the connection looks first.
	 */
	public static final TableNames UNQUALIFIED = new TableNames("");

	private static final Pattern SCHEMA = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

	private static final int LONGEST_NAME = 63;

	private static final String OWN = "gobstopper_";

	public static TableNames inSchema(@Nullable String schema) {
		if (schema == null) {
			return UNQUALIFIED;
		}
		Assert.isTrue(SCHEMA.matcher(schema).matches(),
				() -> "'schema' must be a name of letters, digits and underscores, but is '%s'".formatted(schema));
		return new TableNames("\"%s\".".formatted(schema));
	}

	// Returns a name for announcements that only users of these tables have.
	public String channel() {
		String name = this.prefix.isEmpty() ? "gobstopper" : "gobstopper:" + this.prefix.replaceAll("[\".]", "");
		return (name.length() <= LONGEST_NAME) ? name
				: "gobstopper:" + DigestUtils.md5DigestAsHex(name.getBytes(StandardCharsets.UTF_8));
	}

	// Names the tables of a statement in full.
	public String in(String sql) {
		return this.prefix.isEmpty() ? sql : sql.replace(OWN, this.prefix + OWN);
	}

}
