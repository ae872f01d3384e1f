package io.gobstopper.store.limit;

import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.gobstopper.limit.OnConflict;

/**
 * Which tasks with one key may have to give way to others, by their numbers.
 *
 * @param skipped those that wait, if they have not been started before
 * @param replaced those that wait
 * @param cancelled those that run, too
 */
public record Conflicts(Set<Long> skipped, Set<Long> replaced, Set<Long> cancelled) {

	private static final int MOST = 1000;

	Conflicts() {
		this(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
	}

	// Those of a gate that is full, some of very many.
	void find(OnConflict conflict, GateLine line, int capacity) {
		if (conflict == OnConflict.WAIT || line.passed() < capacity || line.waiting() == 0) {
			return;
		}
		if (conflict == OnConflict.SKIP) {
			line.waitingSeqs().limit(MOST).forEach(this.skipped::add);
		}
		else if (conflict == OnConflict.REPLACE_WAITING) {
			newestFirst(line.waitingSeqs()).skip(1).limit(MOST).forEach(this.replaced::add);
		}
		else {
			LongStream passed = line.passedSeqs().stream().mapToLong(Long::longValue);
			newestFirst(LongStream.concat(line.waitingSeqs(), passed)).skip(capacity)
				.limit(MOST)
				.forEach(this.cancelled::add);
		}
	}

	private static Stream<Long> newestFirst(LongStream seqs) {
		return seqs.boxed().sorted(Comparator.reverseOrder());
	}

	/**
	 * Returns whether there are none.
	 * @return whether none has to
	 */
	public boolean isEmpty() {
		return this.skipped.isEmpty() && this.replaced.isEmpty() && this.cancelled.isEmpty();
	}

}
