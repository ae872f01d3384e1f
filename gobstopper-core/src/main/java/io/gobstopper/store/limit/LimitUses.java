package io.gobstopper.store.limit;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.springframework.util.StringUtils;

import io.gobstopper.limit.LimitKeyInfo;

/**
 * How much of limits is used.
 */
final class LimitUses {

	private static final Comparator<LimitKeyInfo> ORDER = Comparator.comparingLong(LimitKeyInfo::waiting)
		.reversed()
		.thenComparing(LimitKeyInfo::key);

	private LimitUses() {
	}

	static List<LimitUse> of(Map<Gate, GateLine> lines, Predicate<Gate> isCounted) {
		Map<String, LimitUse> uses = new TreeMap<>();
		lines.forEach((gate, line) -> uses.merge(gate.limit(),
				new LimitUse(gate.limit(), isCounted.test(gate) ? line.passed() : 0, line.waiting()), LimitUse::plus));
		return List.copyOf(uses.values());
	}

	static List<LimitKeyInfo> longestKeys(Map<Gate, GateLine> lines, String limit, int most) {
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
