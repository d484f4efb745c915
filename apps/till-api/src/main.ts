import 'reflect-metadata';
import { runService } from '#libs/composition/run-service';

runService({ name: 'till-api', port: 3001, desks: ['till'], tasks: [] });
