"""The pools that names in the world are drawn from."""

TEAMS = ("fraud-ml", "pricing", "search-ranking", "demand-planning", "risk-models", "customer-insight",
         "logistics-ai", "document-ai", "growth", "vision-lab")
OWNERS = ("ada.larsen@contoso.com", "ben.okafor@contoso.com", "carla.mendes@contoso.com", "dmitri.volkov@contoso.com",
          "elin.berg@contoso.com", "farid.haddad@contoso.com", "grace.liu@contoso.com", "hana.sato@contoso.com")
CREATORS = ("Ada Larsen", "Ben Okafor", "Carla Mendes", "Dmitri Volkov", "Elin Berg", "Farid Haddad", "Grace Liu",
            "Hana Sato", "sp-mlops-release", "4f1d6a9e-3f0d-4a55-9a2c-6d1a0f7be21c")
DOMAINS = ("retail", "payments", "claims", "supply", "media", "grid", "health", "freight", "lending", "telco")
SUBJECTS = ("fraud", "churn", "credit", "pricing", "demand", "ranking", "intent", "invoice", "defect", "eta", "yield",
            "basket", "returns", "claims", "sentiment", "routing", "forecast", "upsell", "anomaly", "ocr", "summary",
            "translate", "embed", "vision", "speech", "match", "stock", "outage", "tariff", "segment", "leads",
            "quality", "energy", "delay", "refund", "recall", "triage", "topic", "price-watch", "meter", "spam", "geo",
            "labels", "warranty", "loyalty", "crew", "parcel", "catalog", "identity", "tone")
SUFFIXES = ("scoring", "api", "rt", "online", "serve", "predict")
PACKAGES = ("lightgbm", "xgboost", "catboost", "sentencepiece", "pyarrow", "shap", "category_encoders", "nltk", "spacy",
            "statsmodels", "onnxruntime", "sklearn", "prophet", "faiss", "polars")
LOCAL_MODULES = ("feature_pipeline", "preprocessing", "text_cleaning", "scoring_helpers", "model_registry_client",
                 "business_rules")
MODEL_FILES = ("model.pkl", "GaussianNB.pkl", "model.joblib", "booster.txt", "model.onnx", "weights.pt", "pipeline.pkl")
VARIABLES = ("FEATURE_STORE_URL", "MODEL_THRESHOLD", "REDIS_HOST", "COSMOS_DATABASE", "TOKENIZER_NAME", "RISK_TABLE")
CONDA_ENVS = ("sklearn-env", "inference-env", "lgbm-env", "torch-env", "scoring-env", "onnx-env")
CUSTOM_ENVS = ("fastapi-serving", "tfserving-image", "triton-image", "uvicorn-scoring")
CPU_SIZES = ("Standard_DS2_v2", "Standard_DS3_v2", "Standard_DS4_v2", "Standard_E2s_v3", "Standard_E4s_v3",
             "Standard_D4as_v4", "Standard_D2as_v4")
EXCEPTIONS = (
    ("ValueError", "could not convert string to float: 'N/A'"),
    ("TypeError", "__init__() got an unexpected keyword argument 'early_stopping_rounds'"),
    ("RuntimeError", "Error(s) in loading state_dict for Encoder: Missing key(s) in state_dict: \"head.weight\""),
    ("AssertionError", "expected 42 features in the schema, found 40"),
)
