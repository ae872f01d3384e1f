package org.springframework.samples.tasks;

import org.springframework.stereotype.Component;

import io.gobstopper.GobstopperTask;

/**
 * A handler in a package that begins as Spring's own do, as those of its guides.
 */
@Component
public class SampleHandler {

	@GobstopperTask(name = "of_a_sample")
	public String handle() {
		return "handled";
	}

}
