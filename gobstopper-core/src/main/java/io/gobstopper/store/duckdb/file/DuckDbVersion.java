package io.gobstopper.store.duckdb.file;

import java.util.Comparator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import io.gobstopper.error.TaskStoreException;

/**
 * Which versions of DuckDB may keep tasks. Before 1.5.2 a transaction that is rolled back
 * can mix its texts into those of later ones (duckdb#22279).
 */
public record DuckDbVersion(int major, int minor, int patch) implements Comparable<DuckDbVersion> {

	private static final DuckDbVersion OLDEST = new DuckDbVersion(1, 5, 2);

	private static final Pattern PATTERN = Pattern.compile("v?(\\d+)\\.(\\d+)\\.(\\d+).*");

	private static final Comparator<DuckDbVersion> ORDER = Comparator.comparingInt(DuckDbVersion::major)
		.thenComparingInt(DuckDbVersion::minor)
		.thenComparingInt(DuckDbVersion::patch);

	@Override
	public int compareTo(DuckDbVersion other) {
		return ORDER.compare(this, other);
	}

	/**
	 * Refuses versions that are known to damage what they store. One that cannot be read,
	 * such as that of a development build, is accepted.
	 * @param version what DuckDB says
	 * @throws TaskStoreException if it must not be used
	 */
	public static void check(String version) {
		Matcher matcher = PATTERN.matcher(version);
		if (matcher.matches() && of(matcher).compareTo(OLDEST) < 0) {
			throw new TaskStoreException(
					"DuckDB %s is known to damage data when a transaction is rolled back; use duckdb_jdbc 1.5.2.0 or newer"
						.formatted(version));
		}
	}

	private static DuckDbVersion of(MatchResult numbers) {
		int[] parts = IntStream.rangeClosed(1, 3).map((group) -> Integer.parseInt(numbers.group(group))).toArray();
		return new DuckDbVersion(parts[0], parts[1], parts[2]);
	}

}
