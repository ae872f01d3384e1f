package io.gobstopper.store.limit;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Numbers in ascending order, the smallest of which is taken first, and new ones of which
 * are mostly the largest.
 */
final class SeqQueue {

	private static final int SMALLEST = 4;

	private long[] numbers = new long[SMALLEST];

	private int from;

	private int to;

	boolean isEmpty() {
		return this.from == this.to;
	}

	int size() {
		return this.to - this.from;
	}

	long first() {
		return this.numbers[this.from];
	}

	LongStream stream() {
		return Arrays.stream(this.numbers, this.from, this.to);
	}

	void removeFirst() {
		this.from++;
	}

	void add(long number) {
		int place = find(number);
		if (place >= 0) {
			return;
		}
		makeRoom();
		int target = -find(number) - 1;
		System.arraycopy(this.numbers, target, this.numbers, target + 1, this.to - target);
		this.numbers[target] = number;
		this.to++;
	}

	boolean remove(long number) {
		int place = find(number);
		if (place < 0) {
			return false;
		}
		if (place == this.from) {
			this.from++;
			return true;
		}
		System.arraycopy(this.numbers, place + 1, this.numbers, place, this.to - place - 1);
		this.to--;
		return true;
	}

	boolean contains(long number) {
		return find(number) >= 0;
	}

	// How many are smaller.
	int before(long number) {
		int place = find(number);
		return ((place >= 0) ? place : -place - 1) - this.from;
	}

	private int find(long number) {
		boolean isLast = isEmpty() || number > this.numbers[this.to - 1];
		return isLast ? -this.to - 1 : Arrays.binarySearch(this.numbers, this.from, this.to, number);
	}

	private void makeRoom() {
		if (this.to < this.numbers.length) {
			return;
		}
		int size = size();
		long[] larger = (size > this.numbers.length / 2) ? new long[2 * this.numbers.length] : this.numbers;
		System.arraycopy(this.numbers, this.from, larger, 0, size);
		this.numbers = larger;
		this.from = 0;
		this.to = size;
	}

}
