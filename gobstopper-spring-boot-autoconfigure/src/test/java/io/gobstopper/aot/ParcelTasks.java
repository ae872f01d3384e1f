package io.gobstopper.aot;

import java.util.List;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContract;

/**
 * A contract that only its package sees.
 */
@TaskContract
interface ParcelTasks {

	@GobstopperTask("pack_parcel")
	Label pack(List<Item> items, String to);

	/**
	 * An argument.
	 */
	record Item(String name, Size size) {

	}

	/**
	 * A part of an argument.
	 */
	record Size(int width, int height) {

	}

	/**
	 * A result.
	 */
	record Label(String to, int items) {

	}

}
