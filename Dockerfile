FROM node:24-slim
WORKDIR /app

# The npm package `node` brings the pinned runtime: the image's own Node only runs npm.
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY . .
RUN install -d -o node -g node -m 700 /data

USER node
ENV NODE_ENV=production WEHUB_HOST=0.0.0.0 WEHUB_DATA_DIR=/data
VOLUME /data
EXPOSE 9001
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.WEHUB_PORT || 9001}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]

# Node itself, without npm or a shell in between, so that signals reach it.
CMD ["/app/node_modules/.bin/node", "--max-semi-space-size=8", "start.js"]
