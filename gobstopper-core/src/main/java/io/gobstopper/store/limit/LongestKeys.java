package io.gobstopper.store.limit;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.springframework.util.StringUtils;

import io.gobstopper.limit.LimitKeyInfo;

/**
 * The keys for which most tasks wait.
 */
final class LongestKeys {

	private static final Comparator<LimitKeyInfo> ORDER = Comparator.comparingLong(LimitKeyInfo::waiting)
		.reversed()
		.thenComparing(LimitKeyInfo::key);

	private LongestKeys() {
	}

	static List<LimitKeyInfo> of(Map<Gate, GateLine> lines, String limit, int most) {
		return lines.entrySet()
			.stream()
			.filter((line) -> line.getKey().limit().equals(limit) && StringUtils.hasLength(line.getKey().key())
					&& line.getValue().waiting() > 0)
			.map((line) -> new LimitKeyInfo(Objects.requireNonNull(line.getKey().key()), line.getValue().passed(),
					line.getValue().waiting()))
			.sorted(ORDER)
			.limit(most)
			.toList();
	}

}
