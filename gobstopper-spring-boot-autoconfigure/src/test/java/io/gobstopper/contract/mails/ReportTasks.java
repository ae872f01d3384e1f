package io.gobstopper.contract.mails;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContract;

@TaskContract
public interface ReportTasks {

	@GobstopperTask("report")
	void report(String of);

}
