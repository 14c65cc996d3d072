import type { Content, Document, Parameter, Place, Response } from '../openapi/document.js';
import { curlExample } from './curl-example.js';
import { type Html, html, marked, prose } from './html.js';
import { schemaView, typeOf } from './schema-view.js';

/** All about one operation: how it is called, what goes in and what comes out. */
export function operationView(place: Place, document: Document, api: string): Html {
  const { path, method, operation } = place;
  const { summary, description = '', parameters = [], requestBody, responses } = operation;
  const permission = operation['x-permission'];
  return html`<h1>${summary}</h1>
    <p class="address">
      <span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code>
    </p>
    ${prose(description)}
    <p class="quiet">
      <code>${operation.operationId}</code>${
        typeof permission === 'string' && html` · 权限 permission <code>${permission}</code>`
      }
    </p>
    <h2>示例 Example</h2>
    <pre tabindex="0"><code>${curlExample(place, api)}</code></pre>
    ${
      parameters.length > 0 &&
      html`<h2>参数 Parameters</h2>
        ${parametersView(parameters)}`
    }
    ${
      requestBody &&
      html`<h2>请求体 Body</h2>
        ${contentView(requestBody.content, document, true)}`
    }
    <h2>回答 Answers</h2>
    ${Object.entries(responses).map(([status, response]) => responseView(status, response, document))}`;

  function contentView(content: Content, { components }: Document, isAsked: boolean): Html[] {
    return Object.entries(content).map(([type, { schema }]) =>
      type === 'application/problem+json'
        ? html``
        : html`<p class="quiet">${type}${schema && html` · ${typeOf(schema)}`}</p>
            ${schema && schemaView(schema, { schemas: components.schemas, isAsked })}`,
    );
  }

  function responseView(
    status: string,
    { description: said, content = {} }: Response,
    of: Document,
  ): Html {
    const isGood = status.startsWith('2');
    return html`<section class="answer">
      <h3>
        <span class="status ${isGood ? 'good' : 'bad'}"
          >${status === 'default' ? '其他 other' : status}</span
        >
        ${marked(said)}
      </h3>
      ${
        Object.keys(content).some((type) => type !== 'application/problem+json') &&
        html`<details${isGood && html` open`}><summary>内容 Content</summary>${contentView(content, of, false)}</details>`
      }
    </section>`;
  }
}

const parametersView = (parameters: readonly Parameter[]): Html =>
  html`<dl class="members">
    ${parameters.map(
      ({ name, in: place, required, description = '', schema }) =>
        html`<dt>
            <code>${name}</code>
            <span class="type">${place}${schema && html` · ${typeOf(schema)}`}</span
            >${required === true && html` <span class="needed">必填 required</span>`}
          </dt>
          <dd>
            ${marked(description)}${
              schema?.enum &&
              html`<p class="limits">
                <span>其一 one of <code>${schema.enum.join(', ')}</code></span>
              </p>`
            }${
              schema?.default !== undefined &&
              html`<p class="limits">
                <span>默认 default <code>${JSON.stringify(schema.default)}</code></span>
              </p>`
            }
          </dd> `,
    )}
  </dl>`;
