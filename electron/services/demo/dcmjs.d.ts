/** The few parts of dcmjs that the demo generator uses; the package ships no types. */
declare module 'dcmjs' {
  const dcmjs: {
    data: {
      DicomDict: new (meta: object) => { dict: Record<string, unknown>; write(options?: object): ArrayBuffer };
      DicomMetaDictionary: {
        nameMap: Record<string, unknown>;
        denaturalizeDataset(dataset: object): Record<string, unknown>;
      };
    };
  };
  export default dcmjs;
}
