package io.gobstopper.sample;

import java.io.IOException;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/**
 * Takes CSV files to import.
 */
@RestController
class ImportController {

	private final Uploads uploads;

	ImportController(Uploads uploads) {
		this.uploads = uploads;
	}

	@PostMapping("/api/imports")
	ResponseEntity<AcceptedTask> importCsv(@RequestParam("file") MultipartFile file) throws IOException {
		return AcceptedTask.response(this.uploads.enqueue(CsvImport.TASK, file));
	}

}
