package io.gobstopper.autoconfigure;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskQueueService;

/**
 * A program that runs one task and prints its result, for a class path with little on it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(excludeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
public class BareApplication {

	public static void main(String[] args) throws Exception {
		SpringApplication application = new SpringApplication(BareApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setDefaultProperties(Map.of("gobstopper.duckdb.path", ":memory:"));
		try (ConfigurableApplicationContext context = application.run(args)) {
			TaskQueueService queue = context.getBean(TaskQueueService.class);
			String id = queue.enqueue("greet");
			System.out.println("result: " + queue.completion(id).get(20, TimeUnit.SECONDS).result());
		}
	}

	@GobstopperTask(name = "greet")
	String greet() {
		return "hello";
	}

}
