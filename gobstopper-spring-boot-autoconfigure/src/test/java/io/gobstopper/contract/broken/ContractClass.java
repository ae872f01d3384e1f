package io.gobstopper.contract.broken;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContract;

@TaskContract
public class ContractClass {

	@GobstopperTask("by_class")
	public void run() {
	}

}
