import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

/**
 * What a route answers where there is more than one status that is no problem, by status. Anything that is not listed
 * is documented as a problem, so a route that lists any lists them all.
 */
export const Answers = (meanings: Readonly<Record<number, string>>): MethodDecorator =>
  applyDecorators(
    ...Object.entries(meanings).map(([status, description]) => ApiResponse({ status: Number(status), description })),
  );
